"""Confident learning: by hand, and on labels of which some were flipped."""

import numpy as np
import pytest

from pipeline.probes.doubtful import doubtful, wrong_labels

P = np.array(
    [
        [0.9, 0.1, 0.0],  # mean of the first class's own: (0.9 + 0.5 + 0.2 + 0.4) / 4 = 0.5
        [0.5, 0.45, 0.05],  # at the threshold: of its own
        [0.2, 0.8, 0.0],  # at least 0.7 of the second: off the diagonal
        [0.4, 0.6, 0.0],  # sure of no class: below 0.5 and below 0.7
        [0.3, 0.7, 0.0],  # mean of the second class's own: 0.7; at the threshold, of its own
    ]
)
Y = np.array([0, 0, 0, 0, 1])


def test_the_confident_joint_by_hand():
    # Of the first label 2 are of their own class and 1 is of the second: from 3 to 4 images.
    # A class that no image bears, the third, is no image's.
    assert wrong_labels(P, Y) == pytest.approx(4 / 3)


def test_as_many_are_listed_and_the_least_probable_labels_first():
    found = doubtful(P, Y)
    assert found.place.tolist() == [2]  # 4/3 is nearest to one
    assert found.other.tolist() == [1]
    np.testing.assert_allclose(found.score, [0.8])
    twice = doubtful(np.concatenate([P, P]), np.concatenate([Y, Y]))
    assert twice.place.tolist() == [2, 7, 3]  # 8/3 to three


def test_nothing_is_doubtful_where_all_agree():
    found = doubtful(np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 2]))
    assert len(found.place) == len(found.other) == len(found.score) == 0


def test_flipped_labels_come_first():
    """Gaussian classes, of which the exact posterior of the true ones is known."""
    rng = np.random.default_rng(0)
    n, C = 4000, 5
    true = rng.integers(C, size=n)
    X = 4 * np.eye(C)[true] + rng.standard_normal((n, C))
    p = np.exp(4 * X)
    p /= p.sum(axis=1, keepdims=True)
    flipped = rng.random(n) < 0.05
    y = np.where(flipped, (true + rng.integers(1, C, size=n)) % C, true)
    found = doubtful(p, y)
    assert abs(wrong_labels(p, y) / flipped.sum() - 1) < 0.25
    first = found.place[: flipped.sum()]
    assert flipped[first].mean() > 0.9
    right = found.other[: flipped.sum()] == true[first]
    assert right[flipped[first]].mean() > 0.95
