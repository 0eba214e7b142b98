"""Accuracy and balanced accuracy are those that a naive count of the answers gives."""

import numpy as np
import pytest

from pipeline.classifiers.judging import judged


def naive(y: list[int], predicted: list[int]) -> tuple[int, float, float]:
    right = [truth == guess for truth, guess in zip(y, predicted, strict=True)]
    shares = []
    for c in set(y):
        mine = [r for r, truth in zip(right, y, strict=True) if truth == c]
        shares.append(sum(mine) / len(mine))
    return len(y), sum(right) / len(y), sum(shares) / len(shares)


@pytest.mark.parametrize("seed", range(20))
def test_random_answers(seed):
    rng = np.random.default_rng(seed)
    # Class 3 is never there, and often predicted.
    y, predicted = rng.choice([0, 1, 2, 4], 50, p=[0.7, 0.1, 0.1, 0.1]), rng.integers(0, 6, 50)
    assert judged(y, predicted) == pytest.approx(naive(y.tolist(), predicted.tolist()))


def test_a_class_without_images_has_no_say():
    # 3 of 4 and 4 of 4 are right, and there is no image of class 2.
    y, predicted = np.repeat([0, 1], 4), np.array([0, 0, 0, 1, 1, 1, 1, 1])
    assert judged(y, predicted) == (8, 7 / 8, (3 / 4 + 1) / 2)
