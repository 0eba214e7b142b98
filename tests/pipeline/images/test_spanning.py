"""Groups that span classes are drawn whole, at random, and near the fraction of every class."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.images import spanning
from pipeline.images.spanning import NoDrawError, draw_spanning

# For each group, how many images of each of up to four classes it has.
tables = st.integers(1, 4).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any), min_size=1, max_size=30
    )
)


def images(table: list[list[int]], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Labels and groups of images, in random order."""
    pairs = [
        (label, 7 * group)
        for group, counts in enumerate(table)
        for label, n in enumerate(counts)
        for _ in range(n)
    ]
    label, group = np.array(pairs)[rng.permutation(len(pairs))].T
    return label, group


def cost(table, drawn, fraction: float) -> float:
    """The sum over classes of (share drawn - fraction) squared."""
    counts = np.array(table, float)
    total = counts.sum(axis=0)
    share = counts[np.array(drawn, bool)].sum(axis=0)[total > 0] / total[total > 0]
    return float(np.sum((share - fraction) ** 2))


def allowed(table, drawn, keep: int) -> bool:
    has, drawn = np.array(table) > 0, np.array(drawn, bool)
    some, left = has[drawn].sum(axis=0), has[~drawn].sum(axis=0)
    return bool(((some > 0) & (left >= keep))[has.any(axis=0)].all())


def drawn_groups(table, fraction, keep, seed) -> list[bool]:
    rng = np.random.default_rng(seed)
    label, group = images(table, rng)
    drawn = draw_spanning(label, group, fraction, keep, rng)
    assert drawn.dtype == bool
    found = []
    for number in range(len(table)):
        mine = drawn[group == 7 * number]
        assert mine.all() or not mine.any()  # no group is torn
        found.append(bool(mine.all()))
    return found


@given(tables, st.floats(0.05, 0.95), st.integers(1, 2), st.integers(0, 2**32))
@settings(max_examples=200)
def test_groups_stay_whole_and_every_class_is_on_both_sides(table, fraction, keep, seed):
    try:
        drawn = drawn_groups(table, fraction, keep, seed)
    except NoDrawError:
        if len(table) <= 10:
            assert not any(allowed(table, each, keep) for each in every(len(table)))
        return
    assert allowed(table, drawn, keep)
    before = cost(table, drawn, fraction)
    for i in range(len(table)):  # no single group makes it better
        other = [each != (i == j) for j, each in enumerate(drawn)]
        assert not allowed(table, other, keep) or cost(table, other, fraction) >= before - 1e-9


def every(n: int):
    return product((False, True), repeat=n)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("fraction", [0.15, 0.25, 0.5])
def test_of_few_groups_it_is_as_good_as_the_best_of_all_draws(n_classes, fraction):
    excess = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        table = rng.integers(0, 9, (10, n_classes)) + np.eye(10, n_classes, dtype=int)
        best = min(
            cost(table, each, fraction) for each in every(10) if allowed(table, each, keep=1)
        )
        found = cost(table, drawn_groups(table.tolist(), fraction, 1, seed), fraction)
        assert found >= best - 1e-12
        excess.append(found**0.5 - best**0.5)
    assert max(excess) < 0.05  # of a class
    assert np.mean(excess) < 0.01


def folds_cost(table: np.ndarray, n_folds: int, rng: np.random.Generator) -> float:
    """The cost of a fold as scikit-learn's StratifiedGroupKFold makes them, over all folds.

    Groups come one by one, the most uneven first; each goes to the fold after which the shares of
    each class differ least over the folds.
    """
    order = rng.permutation(len(table))
    order = order[np.argsort(-table[order].std(axis=1), kind="stable")]
    total, folds = table.sum(axis=0), np.zeros((n_folds, table.shape[1]))
    fold_of = np.zeros(len(table), int)
    for i in order:
        worst = []
        for k in range(n_folds):
            folds[k] += table[i]
            worst.append((np.mean(np.std(folds / total, axis=0)), folds[k].sum()))
            folds[k] -= table[i]
        fold_of[i] = min(range(n_folds), key=worst.__getitem__)
        folds[fold_of[i]] += table[i]
    return float(np.mean([cost(table, fold_of == k, 1 / n_folds) for k in range(n_folds)]))


@pytest.mark.parametrize(("n_groups", "n_classes"), [(20, 3), (60, 5), (300, 10)])
def test_classes_are_as_even_as_in_folds_of_groups(n_groups, n_classes):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        sizes = rng.geometric(0.1, n_groups)
        shares = rng.dirichlet(np.full(n_classes, 0.4), n_groups)
        table = np.array([rng.multinomial(n, p) for n, p in zip(sizes, shares, strict=True)])
        found = cost(table, drawn_groups(table.tolist(), 0.25, 1, seed), 0.25)
        assert found <= folds_cost(table, 4, rng)


def test_single_images_make_up_for_large_groups_to_the_image():
    table = [[9, 4, 0], [3, 8, 2], [0, 5, 11]] + [[1, 0, 0], [0, 1, 0], [0, 0, 1]] * 30
    for seed in range(20):
        drawn = np.array(drawn_groups(table, 0.3, 2, seed))
        total = np.array(table).sum(axis=0)
        assert (np.abs(np.array(table)[drawn].sum(axis=0) - 0.3 * total) <= 0.5 + 1e-9).all()


def test_large_groups_are_drawn_as_often_as_small_ones():
    table = [[5, 5]] * 2 + [[1, 1]] * 10 + [[1, 0], [0, 1]] * 20
    counts = np.zeros(len(table))
    for seed in range(400):
        counts += drawn_groups(table, 0.25, 1, seed)
    share = counts / 400
    for kind in (slice(0, 2), slice(2, 12), slice(12, None)):
        # Standard deviation 0.022 for a single group, and less for the mean of several.
        assert 0.17 < share[kind].mean() < 0.33


@pytest.mark.parametrize("seed", range(10))
def test_one_group_is_drawn_where_no_share_is_near(seed):
    # A third is far from a twentieth, but a class of no image is no use.
    for keep in (1, 2):
        assert sum(drawn_groups([[1, 1, 1]] * 3, 0.05, keep, seed)) == 1


@pytest.mark.parametrize("seed", range(10))
def test_a_small_class_among_many_images_is_drawn_too(seed, monkeypatch):
    monkeypatch.setattr(spanning, "WORK", 0)  # of many groups, one draw is made
    # A twentieth of three images is nearer to none than to one.
    table = [[1, 0, 0]] * 200 + [[1, 1, 0]] * 3 + [[0, 0, 1]] * 3
    drawn = drawn_groups(table, 0.05, 2, seed)
    assert np.array(table)[drawn].sum(axis=0).tolist() == [10, 1, 1]


def test_groups_that_cannot_be_drawn_from():
    # Of each class, one of two groups must go and one must stay; no such choice is there.
    with pytest.raises(NoDrawError):
        drawn_groups([[1, 1, 0], [0, 1, 1], [1, 0, 1]], 0.25, keep=1, seed=0)


def test_the_seed_decides():
    table = np.random.default_rng(0).integers(0, 4, (40, 3)).tolist()
    first = drawn_groups(table, 0.25, 1, seed=1)
    assert drawn_groups(table, 0.25, 1, seed=1) == first
    assert drawn_groups(table, 0.25, 1, seed=2) != first
