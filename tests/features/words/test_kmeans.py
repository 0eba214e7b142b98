"""k-means against examples worked by hand, a naive sum, and what must hold for any points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.words import kmeans
from features.words.nearest import nearest

# Small whole numbers: every product is exact, so that ties are ties.
point_sets = st.tuples(st.integers(1, 40), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-6, 6))
)


def fit(points, n_words, iterations=50, seed=0, threads=1, start=None) -> kmeans.Codebook:
    rng = np.random.default_rng(seed)
    start = None if start is None else np.array(start, np.float32)
    return kmeans.fit(np.array(points, np.float32), n_words, iterations, rng, threads, start)


def inertia_of(points: np.ndarray, words: np.ndarray) -> float:
    points, words = points.astype(np.float64), words.astype(np.float64)
    return float(((points[:, None] - words) ** 2).sum(axis=2).min(axis=1).sum())


def test_four_weighted_points_by_hand():
    points = [(0, 0)] * 3 + [(0.5, 0), (0.5, 1)] + [(1, 1)] * 3
    codebook = fit(points, 2, start=[(0, 0), (1, 1)])
    np.testing.assert_array_equal(codebook.words, [(0.125, 0), (0.875, 1)])
    # At first only the two middle points are off, by 0.5 each; then nothing changes hands.
    np.testing.assert_array_equal(codebook.inertia, [0.5, 0.375])
    np.testing.assert_array_equal(codebook.reseeded, [0, 0])


def test_an_empty_word_is_placed_on_the_farthest_point():
    # All are nearest to the first word. It moves to their mean, 11/3; the second is placed anew
    # on 10, keeps it, and the first goes to the mean of 0 and 1.
    codebook = fit([(0,), (1,), (10,)], 2, start=[(0,), (100,)])
    np.testing.assert_allclose(codebook.words, [(0.5,), (10,)])
    np.testing.assert_allclose(codebook.inertia, [101, 185 / 9, 0.5], rtol=1e-6)
    np.testing.assert_array_equal(codebook.reseeded, [1, 0, 0])


def test_several_empty_words_are_placed_on_different_points():
    codebook = fit([(0,), (1,), (10,), (20,)], 3, start=[(0,), (100,), (200,)])
    assert codebook.reseeded[0] == 2
    assert sorted(codebook.words.ravel()) == [0.5, 10, 20]


def test_as_many_words_as_points_leave_nothing_over():
    points = np.arange(6).reshape(6, 1) ** 2
    codebook = fit(points, 6)
    assert sorted(codebook.words.ravel()) == [0, 1, 4, 9, 16, 25]
    assert codebook.inertia[-1] == 0


def test_one_word_is_the_mean():
    points = np.random.default_rng(0).normal(3, 1, (100, 4)).astype(np.float32)
    codebook = fit(points, 1)
    np.testing.assert_allclose(codebook.words[0], points.mean(axis=0), rtol=1e-6)
    variance = points.astype(np.float64).var(axis=0).sum()
    assert codebook.inertia[-1] == pytest.approx(100 * variance, rel=1e-5)


def test_well_separated_clusters_are_found():
    rng = np.random.default_rng(0)
    centres = np.array([(0, 0), (100, 0), (0, 100)], float)
    points = np.repeat(centres, 50, axis=0) + rng.uniform(-1, 1, (150, 2))
    codebook = fit(points, 3, start=centres + 20)
    means = points.reshape(3, 50, 2).mean(axis=1)
    np.testing.assert_allclose(codebook.words, means, rtol=1e-5, atol=1e-5)


@given(point_sets, st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_inertia_never_rises(points, n_words, seed):
    n_words = min(n_words, len(np.unique(points, axis=0)))
    inertia = fit(points, n_words, iterations=10, seed=seed).inertia
    rounding = 1e-6 * (1 + (points**2).sum())
    assert (np.diff(inertia) <= rounding).all()


@given(point_sets, st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_a_codebook_that_has_settled_stays_and_has_the_inertia_it_reports(points, n_words, seed):
    n_words = min(n_words, len(np.unique(points, axis=0)))
    codebook = fit(points, n_words, iterations=200, seed=seed)
    rounding = 1e-5 * (1 + (points**2).sum())
    assert codebook.inertia[-1] == pytest.approx(inertia_of(points, codebook.words), abs=rounding)
    assert len(codebook.inertia) == len(codebook.reseeded) < 200
    assigned = nearest(points.astype(np.float32), codebook.words)
    for word in range(n_words):
        own = points[assigned == word]
        assert len(own) > 0
        np.testing.assert_allclose(codebook.words[word], own.mean(axis=0), atol=1e-5)


def test_the_inertia_far_from_the_origin_is_as_exact_as_near_it():
    # Scores in float32 would be off by more than the distances that they stand for.
    points = (1000 + np.random.default_rng(0).normal(size=(300, 5))).astype(np.float32)
    codebook = fit(points, 1)
    assert codebook.inertia[-1] == pytest.approx(inertia_of(points, codebook.words), rel=1e-6)


def test_the_codebook_is_the_same_for_any_number_of_threads():
    points = np.random.default_rng(0).normal(size=(3 * kmeans.SLICE + 100, 8))
    one, *others = (fit(points, 32, iterations=6, seed=1, threads=n) for n in (1, 2, 3))
    for other in others:
        for mine, yours in zip(one, other, strict=True):
            assert mine.tobytes() == yours.tobytes()


def test_the_seed_decides():
    points = np.random.default_rng(0).normal(size=(500, 3))
    assert fit(points, 5, seed=1).words.tobytes() == fit(points, 5, seed=1).words.tobytes()
    assert fit(points, 5, seed=1).words.tobytes() != fit(points, 5, seed=2).words.tobytes()


def test_iterations_are_an_upper_limit():
    points = np.random.default_rng(0).normal(size=(500, 3))
    for iterations in (1, 3):
        codebook = fit(points, 20, iterations=iterations)
        assert len(codebook.inertia) == len(codebook.reseeded) == iterations


def test_more_words_than_distinct_points_are_as_many_as_those():
    for points, n_words in (([(0, 1)] * 5 + [(2, 3)] * 7, 3), (np.eye(4), 5), ([(7, 7)] * 9, 2)):
        codebook = fit(points, n_words)
        np.testing.assert_array_equal(np.sort(codebook.words, axis=0), distinct(points))
        assert codebook.words.dtype == np.float32
        np.testing.assert_array_equal(codebook.inertia, [0])
        np.testing.assert_array_equal(codebook.reseeded, [0])


def distinct(points) -> np.ndarray:
    return np.sort(np.unique(points, axis=0), axis=0)


@given(point_sets, st.integers(1, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_drawn_points_differ_and_are_as_many_as_there_are(points, n, seed):
    points = points.astype(np.float32)
    drawn = kmeans.draw_distinct(points, n, np.random.default_rng(seed))
    every = np.unique(points, axis=0)
    assert len(drawn) == len(np.unique(drawn, axis=0)) == min(n, len(every))
    assert {*map(tuple, drawn)} <= {*map(tuple, every)}
