"""Probabilities are softmax's, and answers above the threshold are right as often as promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from scipy.stats import norm

from pipeline.prediction.confidence import DEVIATIONS, lower_bound, probabilities, threshold


def test_probabilities_are_those_of_scipy():
    scores = np.random.default_rng(0).normal(0, 30, (50, 7)).astype(np.float32)
    wanted = softmax(scores.astype(float) / 2.5, axis=1)
    np.testing.assert_allclose(probabilities(scores, 2.5), wanted, rtol=1e-12)


def test_large_scores_have_probabilities_as_well():
    np.testing.assert_array_equal(probabilities(np.array([[1e6, 0]]), 0.1), [[1, 0]])


def test_the_bound_is_where_the_share_seen_is_so_many_deviations_above():
    """The definition: |share - p| is DEVIATIONS times the standard deviation of a share of p."""
    p = lower_bound(np.array([90]), np.array([100]))[0]
    assert (0.9 - p) / np.sqrt(p * (1 - p) / 100) == pytest.approx(DEVIATIONS)
    assert norm.cdf(DEVIATIONS) == pytest.approx(0.9, abs=1e-4)


def test_of_answers_that_are_all_right_32_are_enough():
    """All of n right: the bound is n / (n + 1.2816^2), at least 0.95 from 31.2 on."""
    sure = np.linspace(0.9, 0.6, 40)
    assert threshold(sure[:31], np.ones(31, bool)) is None
    assert threshold(sure[:32], np.ones(32, bool)) == sure[31]
    assert threshold(sure, np.ones(40, bool)) == sure[-1]


def test_wrong_answers_of_low_probability_are_left_out():
    probability = np.concatenate([np.full(100, 0.9), np.linspace(0.4, 0.3, 50)])
    right = np.repeat([True, False], [100, 50])
    # 100 right of n is bounded by 0.95 as long as at most one of them is wrong:
    bounds = [lower_bound(np.array(100), np.array(100 + wrong)) for wrong in range(5)]
    n_wrong = int(np.sum(np.array(bounds) >= 0.95)) - 1
    assert 0 < n_wrong < 4
    assert threshold(probability, right) == probability[100 + n_wrong - 1]


def test_answers_of_one_probability_are_above_the_threshold_or_below_together():
    probability = np.repeat([0.9, 0.5], [40, 40])
    right = np.concatenate([np.ones(40, bool), np.ones(20, bool), np.zeros(20, bool)])
    assert threshold(probability, right) == 0.9


def test_where_too_few_are_right_there_is_no_threshold():
    rng = np.random.default_rng(0)
    assert threshold(rng.random(1000), rng.random(1000) < 0.9) is None
    assert threshold(np.zeros(0), np.zeros(0, bool)) is None


@given(st.integers(0, 2**32 - 1), st.integers(0, 300))
def test_it_is_the_least_whose_bound_is_high_enough(seed, n):
    rng = np.random.default_rng(seed)
    probability = rng.integers(0, 40, n) / 40  # with many that are equal
    right = rng.random(n) < 0.8 + probability / 4
    able = [
        t
        for t in np.unique(probability)
        if lower_bound(right[probability >= t].sum(), (probability >= t).sum()) >= 0.95
    ]
    assert threshold(probability, right) == (min(able) if able else None)


def test_of_new_answers_as_many_are_right_as_promised():
    """In a simulation whose probabilities are true, the share of right answers is 0.95 or more in
    four of five repetitions, and on the mean; 400 validation images, 20,000 new ones.
    """
    rng, shares = np.random.default_rng(0), []
    for _ in range(200):
        p = rng.beta(4, 1, 400)
        found = threshold(p, rng.random(400) < p)
        if found is not None:
            new = rng.beta(4, 1, 20_000)
            new = new[new >= found]
            shares.append((rng.random(len(new)) < new).mean())
    assert len(shares) > 150
    assert np.mean(shares) >= 0.95
    assert np.mean(np.array(shares) >= 0.95) >= 0.8
