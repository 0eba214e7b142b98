"""Nearest words against a naive twin in double precision, ties, and tables of any shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.words.nearest import TILE, nearest

# Small whole numbers: every product is exact, so that ties are ties.
whole = st.integers(-6, 6)


def found(points, words) -> list[int]:
    word = nearest(np.array(points, np.float32), np.array(words, np.float32))
    assert word.dtype == np.int64
    return word.tolist()


def squared_distances(points: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Of each point, as float32 has it, to each word, float64 (n, n_words)."""
    points, words = (rows.astype(np.float32).astype(np.float64) for rows in (points, words))
    return np.array([((x - words) ** 2).sum(axis=1) for x in points])


def naive(points: np.ndarray, words: np.ndarray) -> list[int]:
    """The first of the nearest words."""
    return squared_distances(points, words).argmin(axis=1).tolist()


def test_by_hand():
    words = [(0, 0), (4, 0), (0, 10)]
    assert found([(1, 1), (3, -1), (1, 9), (100, 0), (-5, -5)], words) == [0, 1, 2, 1, 0]


def test_of_words_as_near_the_first_is_taken():
    assert found([(0,), (2,)], [(1,), (-1,), (1,), (3,)]) == [0, 0]
    assert found([(5, 5)] * 3, [(0, 9), (5, 5), (5, 5), (5, 5)]) == [1, 1, 1]


def test_one_word_is_the_nearest_of_all():
    assert found(np.arange(12).reshape(4, 3), [(7, 7, 7)]) == [0] * 4


def test_no_points():
    assert found(np.empty((0, 3)), np.ones((2, 3))) == []


@given(st.integers(1, 5), st.data())
@settings(max_examples=200, deadline=None)
def test_small_whole_numbers_as_in_a_naive_loop(d, data):
    n, n_words = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 9))
    points = data.draw(arrays(np.int64, (n, d), elements=whole))
    words = data.draw(arrays(np.int64, (n_words, d), elements=whole))
    assert found(points, words) == naive(points, words)


@pytest.mark.parametrize("n", [1, TILE - 1, TILE, TILE + 1, 3 * TILE + 5])
@pytest.mark.parametrize(("d", "n_words"), [(1, 1), (3, 20), (7, TILE + 1), (27, 700)])
def test_any_number_of_points_and_words_and_odd_lengths(n, d, n_words):
    rng = np.random.default_rng(0)
    points, words = rng.integers(-9, 10, (n, d)), rng.integers(-9, 10, (n_words, d))
    assert found(points, words) == naive(points, words)


def test_it_does_not_depend_on_where_tiles_end(monkeypatch):
    rng = np.random.default_rng(0)
    points, words = rng.integers(-9, 10, (700, 3)), rng.integers(-9, 10, (20, 3))
    monkeypatch.setattr("features.words.nearest.TILE", 7)
    assert found(points, words) == naive(points, words)


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3])
def test_words_close_together_and_far_from_the_origin(scale):
    rng = np.random.default_rng(0)
    words = scale * (20 + rng.normal(scale=0.05, size=(300, 9)))
    points = scale * (20 + rng.normal(scale=0.05, size=(500, 9)))
    distance = squared_distances(points, words)
    mine = distance[np.arange(500), found(points, words)]
    rounding = 2**-20 * (points**2).sum(axis=1)  # of scores in float32
    assert (mine <= distance.min(axis=1) + rounding).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-4, 1, 1e4]))
@settings(max_examples=50, deadline=None)
def test_no_word_is_nearer_by_more_than_rounding(seed, scale):
    rng = np.random.default_rng(seed)
    n, d, n_words = rng.integers(1, (300, 40, 60))
    points, words = (scale * rng.normal(size=(k, d)) for k in (n, n_words))
    distance = squared_distances(points, words)
    longest = (points**2).sum(axis=1) + (words**2).sum(axis=1).max()
    mine = distance[np.arange(n), found(points, words)]
    assert (mine <= distance.min(axis=1) + 2**-20 * longest).all()
