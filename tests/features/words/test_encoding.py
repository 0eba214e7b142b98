"""Encodings against examples worked by hand and naive loops, ties and ends of ranges included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.naive_encodings import ENCODINGS, says

from features.errors import BadInput
from features.words import encoding
from features.words.encoding import choose

# Small whole numbers: every score is exact, so that ties are ties.
whole = st.integers(-3, 3)


def pool(points, words, region=None, n_regions=1, **settings) -> np.ndarray:
    encoder = choose(np.array(words, np.float32), **settings)
    points = np.array(points, np.float32)
    points = np.hstack([points, np.ones((len(points), 1), np.float32)])
    region = np.zeros(len(points), np.int64) if region is None else region
    pooled = np.zeros((n_regions, encoder.width), np.float32)
    encoder.pool(points, region, pooled)
    return pooled


def each(points, words, **settings) -> np.ndarray:
    """What each point alone says."""
    return pool(points, words, np.arange(len(points)), len(points), **settings)


def normal(n: int, d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def test_hard_by_hand():
    codes = each([[0.9], [3], [-7], [2]], [[0], [4], [2]], encoding="hard")
    np.testing.assert_array_equal(codes, [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]])


def test_triangle_by_hand():
    # Distances 1, 3, 5 with mean 3; then 5, 5, 5.
    codes = each([[0, 0]], [[0, 1], [3, 0], [0, -5]], encoding="triangle")
    np.testing.assert_array_equal(codes, [[2, 0, 0]])
    codes = each([[0, 0]], [[3, 4], [5, 0], [-4, 3]], encoding="triangle")
    np.testing.assert_array_equal(codes, [[0, 0, 0]])


def test_soft_threshold_by_hand():
    words = [[2, 0], [0, 5], [-3, 0], [3, 4]]  # of length 1: (1, 0), (0, 1), (-1, 0), (.6, .8)
    codes = each([[1, 0], [0.25, -2]], words, encoding="soft_threshold", threshold=0.25)
    expected = [
        [0.75, 0, 0, 0.35, 0, 0, 0.75, 0],
        [0, 0, 0, 0, 0, 1.75, 0, 1.2],
    ]
    np.testing.assert_allclose(codes, expected, rtol=1e-6)


def test_without_a_threshold_the_two_halves_differ_by_the_product():
    points, words = normal(9, 5, 0), normal(7, 5, 1)
    codes = each(points, words, encoding="soft_threshold", threshold=0)
    products = points @ (words / np.linalg.norm(words, axis=1, keepdims=True)).T
    np.testing.assert_allclose(codes[:, :7] - codes[:, 7:], products, rtol=1e-5, atol=1e-6)
    assert (np.minimum(codes[:, :7], codes[:, 7:]) == 0).all()


def test_a_word_of_zeros_says_nothing():
    codes = each([[1, 2]], [[0, 0], [0, 1]], encoding="soft_threshold", threshold=0.5)
    np.testing.assert_array_equal(codes, [[0, 1.5, 0, 0]])


def test_nearest_by_hand():
    words = [[0], [5], [2], [9]]
    codes = each([[1.1], [8]], words, encoding="nearest", neighbours=2)
    np.testing.assert_array_equal(codes, [[1, 0, 1, 0], [0, 1, 0, 1]])


@pytest.mark.parametrize(("q", "expected"), [(1, "0100"), (2, "0110"), (3, "0111"), (4, "1111")])
def test_of_words_as_near_the_first_are_in(q, expected):
    codes = each([[1]], [[5], [0], [2], [2]], encoding="nearest", neighbours=q)
    assert "".join(str(int(number)) for number in codes[0]) == expected


@given(
    arrays(np.int64, (5, 2), elements=whole),
    st.integers(1, 30).flatmap(lambda n: arrays(np.int64, (n, 2), elements=whole)),
    st.integers(1, 30),
)
@settings(deadline=None)
def test_exactly_q_words_are_in_whatever_ties_there_are(points, words, q):
    q = min(q, len(words))
    codes = each(points, words, encoding="nearest", neighbours=q)
    expected = [says(x, words, "nearest", neighbours=q) for x in points]
    np.testing.assert_array_equal(codes, expected)


@given(
    arrays(np.float32, (3, 17), elements=st.floats(-(2.0**60), 2.0**60, width=32)),
    st.integers(1, 17),
)
@settings(deadline=None)
def test_selection_equals_sorting_for_any_scores(scores, q):
    pooled = np.zeros((3, 17), np.float32)
    encoding.add_nearest(scores, scores, np.arange(3), pooled, q)
    expected = np.zeros((3, 17))
    first = np.argsort(-scores, axis=1, kind="stable")[:, :q]
    np.put_along_axis(expected, first, 1, axis=1)
    np.testing.assert_array_equal(pooled, expected)


@pytest.mark.parametrize("q", [1, 2, 40, 250, 399, 400])
def test_selection_among_many_words(q):
    points, words = normal(30, 12, 2), normal(400, 12, 3)
    codes = each(points, words, encoding="nearest", neighbours=q)
    scores = points @ words.T - np.float32(0.5) * (words**2).sum(axis=1)
    assert (codes.sum(axis=1) == q).all()
    for code, score in zip(codes, scores, strict=True):
        assert score[code == 1].min() >= score[code == 0].max(initial=-np.inf) - 1e-4


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("tile", [1, 7, 1000], ids="tiles of {}".format)
def test_sums_over_regions_equal_a_naive_loop(name, tile, monkeypatch):
    monkeypatch.setattr(encoding, "TILE", tile)
    points, words = normal(25, 6, 4), normal(8, 6, 5)
    region = np.random.default_rng(6).integers(3, size=25)
    pooled = pool(points, words, region, 3, encoding=name, **ENCODINGS[name])
    codes = np.array([says(x, words, name, **ENCODINGS[name]) for x in points.astype(float)])
    expected = [codes[region == r].sum(axis=0) for r in range(3)]
    np.testing.assert_allclose(pooled, expected, rtol=1e-5, atol=1e-5)


def test_more_neighbours_than_words():
    with pytest.raises(
        BadInput, match=r"^neighbours is 9, but the codebook has only 8 words; .*$"
    ):
        choose(normal(8, 2, 0), "nearest", neighbours=9)


@pytest.mark.parametrize("name", ["soft_threshold", "nearest"])
def test_what_an_encoding_needs(name):
    with pytest.raises(BadInput, match=f"^{name} needs [a-z ]*$"):
        choose(normal(8, 2, 0), name)
