"""One step, against PyTorch's own SGD; what batch norm remembers, against numpy."""

from functools import partial

import numpy as np
import pytest
import torch
from deep.convolutions.stripes import SMALL, stripes
from torch.nn import functional

from features.convolutions import network
from features.convolutions.descent import DECAY, descend, gradients_of, remember, step
from features.convolutions.training import Examples, start
from features.convolutions.weights import narrowed, tensors, trained


def test_descent_is_that_of_pytorchs_nesterov():
    values = {"last": torch.ones(3, 2), "bias.0a": torch.full((4,), 2.0)}
    own = {name: each.clone() for name, each in values.items()}
    own |= {f"momentum.{name}": torch.zeros_like(each) for name, each in values.items()}
    plain = {name: each.clone().requires_grad_() for name, each in values.items()}
    groups = [
        {"params": [plain["last"]], "lr": 0.1, "weight_decay": DECAY},
        {"params": [plain["bias.0a"]], "lr": 6.4, "weight_decay": DECAY / 64},
    ]
    sgd = torch.optim.SGD(groups, lr=1, momentum=0.85, nesterov=True)
    for seed in range(3):
        rng = torch.Generator().manual_seed(seed)
        sums = {name: torch.randn(each.shape, generator=rng) for name, each in values.items()}
        for name, each in plain.items():
            each.grad = sums[name] / 5
        sgd.step()
        descend(own, {name: each.clone() for name, each in sums.items()}, 5, 0.1)
    for name, each in plain.items():
        torch.testing.assert_close(own[name], each.detach())


def test_chunks_are_remembered_as_the_whole():
    rng = np.random.default_rng(0)
    chunks = rng.normal(3, 2, (4, 50, 6))
    seen = [{"norm.0a": torch.tensor(np.stack([c.mean(0), c.var(0)]))} for c in chunks]
    weights = {"norm.0a": torch.ones(2, 6, dtype=torch.float64)}
    remember(weights, seen)
    whole = chunks.reshape(-1, 6)
    expected = 0.6 + 0.4 * np.stack([whole.mean(0), whole.var(0)])
    np.testing.assert_allclose(weights["norm.0a"].numpy(), expected)


def test_classes_are_weighted_and_labels_smoothed():
    examples = stripes(12, 8, 8, 3)._replace(weight=np.array([0, 1, 2.5], np.float32))
    weights = narrowed(tensors(start(examples, SMALL, np.random.default_rng(0))), "float32")
    found = gradients_of(examples, weights)
    scores = network.scores(examples.images, weights, network.by_batch(weights, {}))
    log = functional.log_softmax(scores, dim=1).detach().double().numpy()
    own = log[np.arange(12), examples.labels]
    each = -0.8 * own - 0.2 * log.mean(axis=1)
    assert found.sums[0] == pytest.approx(
        (each * examples.weight[examples.labels]).sum(), rel=1e-5
    )
    assert found.sums[1] == (log.argmax(axis=1) == examples.labels).sum()
    assert found.gradients.keys() == set(trained(weights))


def test_a_step_takes_the_gradient_of_all_chunks():
    examples = stripes(30, 8, 8, 3)
    state = start(examples, SMALL, np.random.default_rng(0))
    chunks = [
        partial(Examples, examples.images[some], examples.labels[some], examples.weight)
        for some in (slice(0, 10), slice(10, 30))
    ]
    weights, before = tensors(state), narrowed(tensors(state), "float32")
    sums = step(weights, chunks, "float32", 0.5, map)
    parts = [gradients_of(chunk(), before) for chunk in chunks]
    assert sums.tolist() == (parts[0].sums + parts[1].sums).tolist()
    whole = (parts[0].gradients["last"] + parts[1].gradients["last"]) / 30
    whole += DECAY * before["last"].detach()
    torch.testing.assert_close(weights["momentum.last"], whole)
    moved = before["last"].detach() - 0.5 * 1.85 * whole
    torch.testing.assert_close(weights["last"], moved)
