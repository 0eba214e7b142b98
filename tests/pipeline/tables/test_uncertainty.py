"""Intervals hold the true value as often as they say, and equals are rarely told apart.

Both are tried out where the truth is known: the accuracy that a row would have on all images that
there could be, and of all seeds.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from scipy.stats import binomtest, t

from pipeline.tables import comparisons
from pipeline.tables.comparisons import compare, holm, mcnemar
from pipeline.tables.uncertainty import (
    Answers,
    differences,
    effective,
    error,
    intervals,
    rows,
    variation,
)

REPETITIONS = 1000
HELD = 0.93, 0.97  # shares of 95 % intervals that may hold the true value


def drawn(p: float, n: int, n_seeds: int, rng, *, seeds: float = 0, groups: int = 1) -> Answers:
    """What REPETITIONS rows answer that are of true accuracy p, each on images of its own.

    An answer is right where a normal number is below a limit: the sum of one for the group of so
    many images, the image, the seed (of the standard deviation `seeds`), and the answer itself.
    """
    shape = (n, REPETITIONS)
    per_group = rng.standard_normal((n // groups, REPETITIONS), np.float32)
    image = 0.6 * rng.standard_normal(shape, np.float32) + 0.6 * np.repeat(per_group, groups, 0)
    limit = ndtri(p) * np.sqrt(1 + seeds**2)
    right = [
        image
        + np.float32(0.28**0.5) * rng.standard_normal(shape, np.float32)
        + seeds * rng.standard_normal(REPETITIONS, np.float32)
        < limit
        for _ in range(n_seeds)
    ]
    places = np.arange(n)
    return Answers(right, [places] * n_seeds, [places // groups] * n_seeds)


def held(answers: Answers, p: float) -> float:
    """The share of the rows' intervals that hold p."""
    low, high = intervals(variation(answers))
    return float(np.mean((low <= p) & (p <= high)))


@pytest.mark.parametrize(("p", "n"), [(0.5, 400), (0.8, 1000), (0.97, 1000)])
def test_the_interval_of_one_seed_holds_the_true_accuracy(p, n):
    rng = np.random.default_rng(n)
    assert HELD[0] <= held(drawn(p, n, 1, rng), p) <= HELD[1]


@pytest.mark.parametrize(("n_seeds", "seeds"), [(3, 0.02), (5, 0.05), (5, 0.2), (10, 0.1)])
def test_the_interval_of_several_seeds_holds_the_true_accuracy(n_seeds, seeds):
    """On the same test images; seeds differ by 0.6 to 6 points."""
    rng = np.random.default_rng(n_seeds)
    assert HELD[0] <= held(drawn(0.75, 500, n_seeds, rng, seeds=seeds), 0.75) <= HELD[1]


def test_the_interval_of_images_in_groups_holds_the_true_accuracy_and_that_of_images_not():
    answers = drawn(0.8, 1000, 1, np.random.default_rng(5), groups=10)
    assert HELD[0] <= held(answers, 0.8) <= HELD[1]
    assert held(replace(answers, unit=answers.image), 0.8) < 0.8


@pytest.mark.parametrize(
    ("n_trials", "folds", "largest"),
    [(2, False, 0.995), (3, False, 0.99), (5, False, 0.985), (5, True, 0.985)],
)
def test_the_interval_holds_where_each_trial_draws_its_images(n_trials, folds, largest):
    """Real classifiers, of the nearest mean, whose true accuracy is known by a formula.

    Images are 12 normal numbers, around +-0.5 in the first of them by class. Seeds draw a quarter
    of 80 for testing, or folds test each once. As images are few, trials share most of what they
    learn from. Nadeau and Bengio's error is known to be cautious: hence `largest`.
    """
    right, image, true, ratio = nearest_means(n_trials, folds, 80, 0.5)
    share = held(Answers(right, image, image, ratio, folds), float(np.mean(true)))
    assert HELD[0] <= share <= largest


def test_two_seeds_that_draw_their_images_tell_about_as_much_as_more():
    """By a formula: 4 + 1 degrees of freedom, and the variance of images that each seed tests."""
    right, image, _, ratio = nearest_means(2, False, 400, 1.0)
    low, high = intervals(variation(Answers(right, image, image, ratio)))
    p = float(np.mean([each.mean() for each in right]))
    by_images = (1 / 2 + ratio) * p * (1 - p) / len(image[0])
    assert float(np.mean(high - low)) == pytest.approx(
        2 * t.ppf(0.975, 5) * by_images**0.5, rel=0.1
    )


def nearest_means(n_trials: int, folds: bool, n: int, distance: float):
    """What classifiers answer on the images of each trial, these, true accuracies, and the ratio
    of images that are tested to those that are not."""
    rng, d = np.random.default_rng(n_trials), 12
    middle = np.zeros(d)
    middle[0] = distance
    y = rng.integers(0, 2, (REPETITIONS, n))
    X = rng.standard_normal((REPETITIONS, n, d)) + np.where(y[..., None] == 1, middle, -middle)
    right, image, true = [], [], []
    order = rng.permutation(n)
    for trial in range(n_trials):
        order = order if folds else rng.permutation(n)
        tested = np.sort(order[trial::n_trials] if folds else order[: n // 4])
        left = np.setdiff1d(order, tested)
        means = [
            np.einsum("rn,rnd->rd", mine, X[:, left]) / mine.sum(axis=1, keepdims=True)
            for mine in ((y[:, left] == 1).astype(float), (y[:, left] == 0).astype(float))
        ]
        a, b = means[0] - means[1], -((means[0] ** 2 - means[1] ** 2).sum(axis=1) / 2)
        answers = np.einsum("rnd,rd->rn", X[:, tested], a) + b[:, None] > 0
        right.append((answers == (y[:, tested] == 1)).T)
        image.append(tested)
        length = np.linalg.norm(a, axis=1)
        true.append((ndtr((a @ middle + b) / length) + ndtr((a @ middle - b) / length)) / 2)
    return right, image, true, len(tested) / len(left)


@pytest.mark.parametrize(("n_seeds", "seeds"), [(1, 0), (3, 0.05), (5, 0.1)])
def test_equals_are_rarely_told_apart_and_their_interval_holds_0(n_seeds, seeds, monkeypatch):
    """1,000 pairs of rows that give the same answer half of the time, and are equally good."""
    monkeypatch.setattr(comparisons, "RESAMPLINGS", 1000)
    rng, n, pairs = np.random.default_rng(n_seeds), 200, 10
    one, other = (drawn(0.7, n, n_seeds, rng, seeds=seeds) for _ in range(2))
    same = rng.random((n, REPETITIONS)) < 0.5
    mixed = [np.where(same, a, b) for a, b in zip(one.right, other.right, strict=True)]
    found = []
    for start in range(0, REPETITIONS, pairs):  # tables of 10 pairs; others in them are left out
        mine = slice(start, start + pairs)
        of = zip(one.right, mixed, strict=True)
        answers = replace(one, right=[np.hstack([a[:, mine], b[:, mine]]) for a, b in of])
        table = compare(answers, variation(answers), rng)
        found.append(table[table["other"] - table["first"] == pairs])
    table = pd.concat(found)
    assert len(table) == REPETITIONS
    assert np.mean(table["p"] < 0.05) <= 0.06
    assert HELD[0] <= np.mean((table["low"] <= 0) & (table["high"] >= 0)) <= HELD[1]


def test_of_many_equals_none_is_told_apart_in_most_tables():
    """Holm's correction: the share of tables with any false alarm, of 10 equal rows, 45 pairs."""
    rng, tables = np.random.default_rng(3), 300
    alarms = 0
    for _ in range(tables):
        wrong = rng.random((200, 10)) < 0.2 + 0.2 * (rng.random((200, 1)) < 0.5)
        only = (wrong[:, :, None] & ~wrong[:, None, :]).sum(axis=0)
        first, other = np.triu_indices(10, 1)
        alarms += bool((holm(mcnemar(only[other, first], only[first, other])) < 0.05).any())
    assert alarms / tables <= 0.06


@given(st.integers(0, 5000), st.integers(0, 5000))
@settings(deadline=None)
def test_mcnemars_p_is_that_of_the_binomial_test(only_first, only_other):
    (p,) = mcnemar(np.array([only_first]), np.array([only_other]))
    n = only_first + only_other
    expected = binomtest(only_first, n).pvalue if n else 1.0
    assert p == pytest.approx(expected, rel=1e-9)


def test_holms_correction_by_hand():
    # 4 x 0.01, 3 x 0.015 and then no less, 2 x 0.02, 1 x 0.6.
    found = holm(np.array([0.02, 0.01, 0.6, 0.015]))
    assert found.tolist() == pytest.approx([0.045, 0.04, 0.6, 0.045])


def test_one_seed_on_single_images_is_wilsons_interval():
    """Against SciPy, which has it too."""
    right = np.zeros((50, 3), bool)
    right[:41, 0] = right[:, 1] = True
    answers = Answers([right], [np.arange(50)], [np.arange(50)])
    low, high = intervals(variation(answers))
    for k, n_right in enumerate((41, 50, 0)):
        expected = binomtest(n_right, 50).proportion_ci(method="wilson")
        assert (low[k], high[k]) == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_the_same_answers_of_several_seeds_tell_no_more_than_one():
    right = np.arange(60)[:, None] < [20, 45]
    one, three = (
        variation(Answers([right] * k, [np.arange(60)] * k, [np.arange(60)] * k)) for k in (1, 3)
    )
    assert effective(three) == pytest.approx(effective(one))
    for ends in zip(intervals(three), intervals(one), strict=True):
        assert ends[0] == pytest.approx(ends[1])


def test_the_components_are_those_of_the_analysis_of_variance():
    """Of a crossed design: two factors without replication, by the textbook's mean squares."""
    rng, n, J = np.random.default_rng(0), 40, 4
    table = rng.random((n, J)) < rng.random((n, 1)) * np.linspace(0.4, 1, J)
    answers = Answers([table[:, [j]] for j in range(J)], [np.arange(n)] * J, [np.arange(n)] * J)
    found = error(variation(answers), rows)
    by_image, by_seed, mean = table.mean(1), table.mean(0), table.mean()
    rest = table - by_image[:, None] - by_seed + mean
    of_seeds = n * by_seed.var(ddof=1)  # mean squares, with n for n - 1 as Wilson's has it
    of_rest = (rest**2).sum() / n / (J - 1)
    assert found.units[0] == pytest.approx(by_image.var() / n)
    assert found.trials[0] == pytest.approx((of_seeds - of_rest) / (n * J))
    spread = of_seeds / n / J
    assert found.freedom[0] == pytest.approx((J - 1) * (found.total[0] / spread) ** 2)


def test_folds_have_the_corrected_error_and_students_t():
    right = [np.arange(20)[:, None] < k for k in (8, 12, 16, 12)]
    image = [np.arange(20) + 20 * j for j in range(4)]
    found = variation(Answers(right, image, image, 1 / 3, folds=True))
    of = error(found, rows)
    # Accuracies 0.4, 0.6, 0.8 and 0.6 have the variance 0.08 / 3.
    assert of.total[0] == pytest.approx((1 / 4 + 1 / 3) * 0.08 / 3)
    assert of.reach[0] == pytest.approx(t.ppf(0.975, 3))


def test_seeds_that_happen_to_draw_other_images_are_no_folds():
    image = [np.arange(50), np.arange(50, 100)]
    right = [mine[:, None] % 4 > 0 for mine in image]
    of = [error(variation(Answers(right, image, image, 0.25, folds)), rows) for folds in (0, 1)]
    assert [each.reach[0] for each in of] == pytest.approx([t.ppf(0.975, 5), t.ppf(0.975, 1)])


def test_a_row_that_is_always_right_is_told_from_one_that_is_not_by_two_seeds_that_draw():
    rng = np.random.default_rng(2)
    image = [np.sort(rng.permutation(400)[:100]) for _ in range(2)]
    right = [np.stack([mine >= 0, mine % 4 > 0], axis=1) for mine in image]
    answers = Answers(right, image, image, ratio=1 / 3)
    (row,) = compare(answers, variation(answers), rng).itertuples()
    assert row.told_apart
    assert 0 < row.low < row.difference < row.high < 0.5


def test_a_difference_is_that_of_the_answers_themselves():
    """The variance of a difference, from the rows' covariance, against the differences' own."""
    rng = np.random.default_rng(1)
    right = rng.random((80, 3)) < 0.6
    found = variation(Answers([right], [np.arange(80)], [np.arange(80)]))
    own = (right[:, 0].astype(int) - right[:, 2]).var() / 80
    assert error(found, differences).total[0, 2] == pytest.approx(own)


def test_a_comparison_counts_each_image_once():
    """Image 0: the first is right in both seeds, the other in one; 1: each in one; 2, 3: alike."""
    seeds = [[[1, 1], [1, 0], [1, 1], [0, 0]], [[1, 0], [0, 1], [1, 1], [0, 0]]]
    images = [np.array([3, 5, 6, 9])] * 2
    answers = Answers([np.array(seed, bool) for seed in seeds], images, images)
    (row,) = compare(answers, variation(answers), np.random.default_rng(0)).itertuples()
    assert (row.n_images, row.only_first_right, row.only_other_right) == (4, 1, 0)
    assert row.difference == pytest.approx(1 / 8)
    assert (row.p, row.told_apart) == (1, False)


def test_images_of_a_group_are_no_evidence_each():
    """40 images of 4 groups, in each of which one row is right and the other wrong, or alike."""
    group = np.repeat(np.arange(4), 10)
    right = np.stack([group < 4, group < 1], axis=1)
    alone = Answers([right], [np.arange(40)], [np.arange(40)])
    (single,) = compare(alone, variation(alone), np.random.default_rng(0)).itertuples()
    grouped = replace(alone, unit=[group])
    (row,) = compare(grouped, variation(grouped), np.random.default_rng(0)).itertuples()
    assert single.p == pytest.approx(binomtest(30, 30).pvalue)
    assert 0.05 < row.p < 0.06  # t of 3 degrees of freedom: 0.75 / 0.25 = 3
    assert row.p == pytest.approx(2 * t.sf(3, 3))
