"""The layers, against a network that is put together from PyTorch's modules."""

import numpy as np
import pytest
import torch
from deep.convolutions.stripes import stripes
from torch import nn

from features.convolutions import network
from features.convolutions.weights import narrowed, tensors
from features.convolutions.whitening import whitening_filters


def weights(images: np.ndarray, widths: list[int], n_classes: int) -> dict[str, torch.Tensor]:
    filters, biases = whitening_filters(images)
    rng = np.random.default_rng(0)
    state = network.initial(24, widths, n_classes, rng)
    for name, width in network.layers(widths):
        state[f"bias.{name}"] = rng.normal(size=width).astype(np.float32)
        state[f"norm.{name}"] = rng.uniform(0.5, 2, (2, width)).astype(np.float32)
    return narrowed(tensors({**state, "whitening": filters, "whitening_bias": biases}), "float32")


def twin(own: dict[str, torch.Tensor], widths: list[int], n_classes: int) -> nn.Sequential:
    first = nn.Conv2d(3, 24, 2)
    first.weight.data, first.bias.data = own["whitening"], own["whitening_bias"]
    parts: list[nn.Module] = [first, nn.GELU()]
    inputs = 24
    for pair, width in enumerate(widths):
        for half in "ab":
            convolution = nn.Conv2d(inputs, width, 3, padding=1, bias=False)
            convolution.weight.data = own[f"filters.{pair}{half}"].detach()
            norm = nn.BatchNorm2d(width)
            norm.bias.data = own[f"bias.{pair}{half}"].detach()
            norm.running_mean, norm.running_var = own[f"norm.{pair}{half}"].clone()
            pool = [nn.MaxPool2d(2)] if half == "a" else []
            parts += [convolution, *pool, norm, nn.GELU()]
            inputs = width
    last = nn.Linear(inputs, n_classes, bias=False)
    last.weight.data = own["last"].detach()
    return nn.Sequential(*parts, nn.AdaptiveMaxPool2d(1), nn.Flatten(), last)


@pytest.mark.parametrize("trained", [True, False])
def test_scores_and_gradients_are_those_of_pytorchs_modules(trained):
    images = stripes(10, 16, 21, 4).images
    own, seen = weights(images, [5, 7], 4), {}
    modules = twin(own, [5, 7], 4).train(trained)
    expected = modules(torch.tensor(images).permute(0, 3, 1, 2).float()) / 9
    norm = network.by_batch(own, seen) if trained else network.by_statistics(own)
    found = network.scores(images, own, norm)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)
    expected.square().sum().backward()
    found.square().sum().backward()
    torch.testing.assert_close(
        own["filters.0a"].grad, modules[2].weight.grad, rtol=1e-3, atol=1e-3
    )
    torch.testing.assert_close(own["bias.1b"].grad, modules[-5].bias.grad, rtol=1e-3, atol=1e-3)
    if trained:  # PyTorch's module has moved a tenth of the way to what the batch had
        mean = (modules[-5].running_mean - 0.9 * own["norm.1b"][0]) / 0.1
        torch.testing.assert_close(seen["norm.1b"][0], mean, rtol=1e-3, atol=1e-3)


def test_a_pair_without_change_starts_as_the_identity():
    first = network.initial(3, [5, 4], 2, np.random.default_rng(0))
    images = torch.rand(2, 3, 6, 6)
    filters = torch.tensor(first["filters.0a"])
    torch.testing.assert_close(nn.functional.conv2d(images, filters, padding=1)[:, :3], images)
    assert first["filters.1a"].shape == (4, 5, 3, 3)
    assert first["last"].shape == (2, 4)


@pytest.mark.parametrize("size", [(4, 4), (8, 8), (4, 33), (96, 96)])
def test_images_of_any_size_are_scored(size):
    images = stripes(2, *size, 2).images
    own = weights(images, [3, 3, 3], 2)
    assert network.scores(images, own, network.by_statistics(own)).shape == (2, 2)
