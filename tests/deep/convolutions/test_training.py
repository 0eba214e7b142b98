"""Whole trainings of small networks: what they learn, and that they can be repeated."""

import numpy as np
import pytest
from deep.convolutions.stripes import SMALL, stripes

from features.convolutions import evaluation
from features.convolutions.training import epochs, fitted, minibatches, start

EXAMPLES = stripes(150, 12, 10, 3)


def trained(examples, recipe=SMALL, threads=1, seed=0) -> dict[str, np.ndarray]:
    state = start(examples, recipe, np.random.default_rng(seed))
    return list(epochs(state, examples, recipe, threads))[-1]


def test_the_same_bytes_for_any_number_of_threads_and_after_a_stop():
    recipe = SMALL._replace(epochs=3)
    large = stripes(2500, 12, 10, 3)  # minibatches of two chunks
    first, *_, end = epochs(start(large, recipe, np.random.default_rng(0)), large, recipe, 1)
    stored = {name: each.copy() for name, each in first.items()}
    resumed = list(epochs(stored, large, recipe, 2))[-1]
    assert end.keys() == resumed.keys()
    for name, each in end.items():
        assert each.tobytes() == resumed[name].tobytes(), name


def test_another_seed_gives_another_network():
    assert trained(EXAMPLES)["last"].tobytes() != trained(EXAMPLES, seed=1)["last"].tobytes()


@pytest.mark.parametrize(("n_classes", "size"), [(2, (8, 8)), (5, (9, 20))])
def test_it_learns_to_tell_stripes(n_classes, size):
    given, others = (stripes(120, *size, n_classes, seed) for seed in (0, 1))
    state = trained(given, SMALL._replace(steps=200))
    assert state["curve"].shape == (50, 2)  # four steps an epoch
    right = evaluation.scores_of_views(others.images, state).argmax(axis=1) == others.labels
    assert right.mean() > 0.8


def test_labels_that_mean_nothing_give_chance():
    given, others = stripes(180, 12, 10, 3), stripes(600, 12, 10, 3, 1)
    labels = np.arange(180) // 3 % 3  # a third of each class's images get each label
    state = trained(given._replace(labels=labels), SMALL._replace(steps=100))
    right = evaluation.scores(others.images, state).argmax(axis=1) == others.labels
    assert abs(right.mean() - 1 / 3) < 0.1


def test_an_epoch_has_every_image_once_and_mirrors_each_on_every_other():
    seen = [
        [chunk() for chunks in minibatches(EXAMPLES, 7, epoch) for chunk in chunks]
        for epoch in range(2)
    ]
    for parts in seen:
        assert np.bincount(np.concatenate([part.labels for part in parts])).tolist() == [50] * 3
    assert seen[0][0].images.tobytes() != seen[1][0].images.tobytes()


def test_what_is_said_of_an_image_does_not_depend_on_the_images_beside_it():
    state, images = fitted(trained(EXAMPLES)), stripes(150, 12, 10, 3, 2).images
    for said in (evaluation.features, evaluation.scores_of_views):
        whole = said(images, state)
        order = np.random.default_rng(0).permutation(150)
        assert said(images[order], state).tobytes() == whole[order].tobytes()
        assert said(images[77:78], state).tobytes() == whole[77:78].tobytes()


def test_a_network_that_diverges_stops():
    state = trained(EXAMPLES, SMALL._replace(learning_rate=1e30, epochs=9))
    assert not np.isfinite(state["curve"][-1, 0])
    assert len(state["curve"]) < 9
