"""The temperature: found again where it is known, never certain, as scores are scaled."""

import numpy as np
import pytest
from scipy.special import softmax

from pipeline.classifiers.temperature import fit


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n, 4) and classes that are drawn with exactly their softmax probabilities."""
    rng = np.random.default_rng(seed)
    scores = 2 * rng.normal(size=(n, 4))
    y = (softmax(scores, axis=1).cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    return scores, y


@pytest.mark.parametrize("factor", [0.01, 1, 1000])
def test_scores_that_are_too_large_by_a_factor_get_that_temperature(factor):
    scores, y = drawn(20_000)
    assert fit(factor * scores, y) == pytest.approx(factor, rel=0.05)


def test_no_temperature_near_it_has_a_smaller_log_loss():
    scores, y = drawn(500)
    doubt = 1 / 502
    found = fit(scores, y)

    def loss(t: float) -> float:
        p = softmax(scores / t, axis=1)
        return -np.mean(
            [(1 - doubt) * np.log(p[i, c]) + doubt * np.log(p[i]).mean() for i, c in enumerate(y)]
        )

    assert loss(found) < min(loss(0.99 * found), loss(1.01 * found))


def test_images_that_are_all_right_do_not_make_it_certain():
    y = np.arange(30) % 3
    scores = 5.0 * np.eye(3)[y]
    probability = softmax(scores / fit(scores, y), axis=1).max(axis=1)
    # By hand: the smoothed target, 1 - (2/3) / 32, is reached where all images are alike.
    np.testing.assert_allclose(probability, 1 - 2 / 3 / 32, rtol=1e-3)


def test_scores_that_are_all_equal_have_a_temperature_all_the_same():
    assert fit(np.full((5, 3), 7.0), np.arange(5) % 3) == 1
