"""Sizes of minibatches, numbers of epochs, and the learning rate's schedule, by hand."""

import numpy as np
import pytest

from features.convolutions.minibatches import batch_size, cut, n_epochs, pace, steps_an_epoch


@pytest.mark.parametrize(
    ("n", "size", "steps"),
    [(45_000, 1024, 44), (16_384, 1024, 16), (16_383, 512, 32), (1000, 32, 32), (2, 32, 1)],
)
def test_fewer_images_make_smaller_minibatches(n, size, steps):
    assert batch_size(n) == size
    assert steps_an_epoch(n) == steps


def test_few_images_get_many_epochs():
    assert n_epochs(45_000, 30, 600) == 30
    assert n_epochs(100, 30, 600) == 150  # of 4 steps each
    assert n_epochs(100, 30, 601) == 151
    assert n_epochs(100, 30, 0) == 30


def test_chunks_are_of_64_images_or_less_in_their_order():
    parts = cut(np.arange(200))
    assert [len(part) for part in parts] == [50, 50, 50, 50]
    assert np.concatenate(parts).tolist() == list(range(200))
    assert [len(part) for part in cut(np.arange(1024))] == [64] * 16
    assert [len(part) for part in cut(np.arange(5))] == [5]


def test_the_learning_rate_rises_then_falls_to_0():
    assert pace(0) == pytest.approx(0.2)
    assert pace(0.115) == pytest.approx(0.6)
    assert pace(0.23) == pytest.approx(1)
    assert pace(0.615) == pytest.approx(0.5)
    assert pace(1) == 0
