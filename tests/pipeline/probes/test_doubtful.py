"""Confident learning: by hand, and on labels of which some were flipped."""

import numpy as np

from pipeline.probes.doubtful import doubtful


def test_the_confident_joint_by_hand():
    p = np.array(
        [
            [0.9, 0.1, 0.0],  # mean of the first class's own: (0.9 + 0.5 + 0.2) / 3 = 0.533
            [0.5, 0.45, 0.05],  # below it, and 0.45 is below 0.7: of no class
            [0.2, 0.8, 0.0],  # at least 0.7 of the second: doubtful
            [0.3, 0.7, 0.0],  # mean of the second class's own: 0.7; at the threshold, of its own
        ]
    )
    found = doubtful(p, np.array([0, 0, 0, 1]))
    assert found.place.tolist() == [2]
    assert found.other.tolist() == [1]
    np.testing.assert_allclose(found.score, [0.6])


def test_of_several_confident_classes_the_most_probable_counts_and_order_is_by_surplus():
    p = np.array(
        [
            [0.6, 0.4, 0.0],
            [0.35, 0.65, 0.0],
            [0.55, 0.45, 0.0],  # above the means of both, 0.55 and 0.4: the first
            [0.0, 0.2, 0.8],
            [0.6, 0.4, 0.0],
        ]
    )
    y = np.array([0, 0, 1, 1, 1])
    means = (0.475, (0.45 + 0.2 + 0.4) / 3)
    assert means[0] < 0.55
    assert means[1] < 0.45
    found = doubtful(p, y)
    # A class that no image bears, the third, is no image's.
    assert found.place.tolist() == [1, 4, 2]
    assert found.other.tolist() == [1, 0, 0]
    np.testing.assert_allclose(found.score, [0.3, 0.2, 0.1])


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
    first = found.place[: flipped.sum()]
    assert flipped[first].mean() > 0.9
    right = found.other[: flipped.sum()] == true[first]
    assert right[flipped[first]].mean() > 0.95
