"""Codebooks: directions by hand and against a naive twin, and words that are not learned."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.errors import BadInput
from features.words import codebook
from features.words.kmeans import Codebook

METHODS = ("kmeans", "spherical_kmeans", "random_patches", "random")
DRAWN = ("random_patches", "random")

point_sets = st.tuples(st.integers(1, 40), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-6, 6))
)


def fit(points, method, n_words, iterations=20, seed=0, threads=1) -> Codebook:
    points = np.array(points, np.float32)
    iterations = None if method in DRAWN else iterations
    rng = np.random.default_rng(seed)
    return codebook.fit(points, method, n_words, iterations, rng, threads)


def normal(n: int, d: int, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def residual_of(points: np.ndarray, words: np.ndarray) -> float:
    """Point by point: what the best multiple of the best word leaves."""
    total = 0.0
    for x in points.astype(float):
        residuals = [x - (x @ word) * word for word in words.astype(float)]
        total += min(float((residual**2).sum()) for residual in residuals)
    return total


def test_opposite_points_share_a_word():
    points = [(3, 0), (-1, 0), (0, 2), (0, -5), (7, 0), (0, 1)]
    found = [fit(points, "spherical_kmeans", 2, seed=seed) for seed in range(5)]
    axes = [np.sort(np.abs(each.words), axis=0).tolist() for each in found]
    assert axes == [[[0, 0], [1, 1]]] * 5
    assert all(each.inertia[-1] == 0 for each in found)


def test_one_word_is_the_main_direction():
    points = normal(500, 4) * (5, 1, 1, 0.5)
    words = fit(points, "spherical_kmeans", 1, iterations=100).words
    _, _, directions = np.linalg.svd(points)
    assert abs(words[0] @ directions[0]) == pytest.approx(1, abs=1e-5)


@given(point_sets, st.integers(1, 12), st.integers(0, 3))
@settings(deadline=None)
def test_the_residual_never_rises_and_words_have_length_one(points, n_words, seed):
    assume(n_words <= len(np.unique(points[(points != 0).any(axis=1)], axis=0)))
    found = fit(points, "spherical_kmeans", n_words, seed=seed)
    slack = 1e-5 * float((points**2).sum())
    assert (np.diff(found.inertia) <= slack).all()
    assert residual_of(points, found.words) <= found.inertia[-1] + slack
    np.testing.assert_allclose(np.linalg.norm(found.words, axis=1), 1, rtol=1e-6)
    assert len(found.inertia) == len(found.reseeded) <= 20


def test_the_residual_is_that_of_a_naive_loop():
    points = normal(200, 5)
    curves = [fit(points, "spherical_kmeans", 6, iterations=n) for n in range(1, 5)]
    longest = curves[-1].inertia
    for before, later in zip(curves, longest[1:], strict=False):
        assert later == pytest.approx(residual_of(points, before.words), rel=1e-5)
    assert longest[-1] < longest[0]


def test_a_word_that_no_point_takes_is_placed_anew():
    # Two of the three words start in the same direction in some order or other: one is empty.
    points = [(1, 0)] * 20 + [(2, 0)] * 20 + [(0, 1), (3, 3)]
    found = [fit(points, "spherical_kmeans", 3, seed=seed) for seed in range(5)]
    assert any(each.reseeded.sum() for each in found)
    assert all(each.inertia[-1] == pytest.approx(0, abs=1e-5) for each in found)


def test_flat_patches_have_no_direction():
    points = np.vstack([np.zeros((50, 3)), normal(4, 3)])
    words = fit(points, "spherical_kmeans", 4).words
    np.testing.assert_allclose(np.linalg.norm(words, axis=1), 1, rtol=1e-6)
    assert len(fit(points, "spherical_kmeans", 5).words) == 4


def test_without_any_direction_there_is_one_word_that_says_nothing():
    found = fit(np.zeros((50, 3)), "spherical_kmeans", 5)
    np.testing.assert_array_equal(found.words, [[0, 0, 0]])
    assert found.words.dtype == np.float32
    assert (found.inertia.tolist(), found.reseeded.tolist()) == ([0], [0])


@given(point_sets, st.integers(1, 60), st.sampled_from(METHODS), st.integers(0, 3))
@settings(deadline=None)
def test_there_are_as_many_words_as_distinct_points_at_most(points, n_words, method, seed):
    points = points[(points != 0).any(axis=1)] if method == "spherical_kmeans" else points
    assume(len(points))
    found = fit(points, method, n_words, seed=seed)
    n = n_words if method == "random" else min(n_words, len(np.unique(points, axis=0)))
    assert found.words.shape == (n, points.shape[1])
    assert np.isfinite(found.words).all()
    assert len(found.inertia) == len(found.reseeded) >= 1


def test_fewer_words_than_asked_for_are_said():
    assert codebook.shortage(np.ones((256, 3)), 256) == []
    assert codebook.shortage(np.eye(37), 1600) == [
        "words is 1,600, but of distinct patches there are only 37: the codebook has as many "
        "words."
    ]
    assert codebook.shortage(np.zeros((1, 3)), 256) == [
        "words is 256, but all patches are alike: the codebook has one word, which says nothing."
    ]


@pytest.mark.parametrize("method", METHODS)
def test_the_codebook_is_the_same_for_any_number_of_threads(method):
    points = normal(20_000, 8)
    one, two = (fit(points, method, 30, iterations=4, threads=n) for n in (1, 2))
    for a, b in zip(one, two, strict=True):
        assert a.tobytes() == b.tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_the_generator_decides(method):
    points = normal(300, 4)
    assert (
        fit(points, method, 5, seed=1).words.tobytes()
        == fit(points, method, 5, 20, 1)[0].tobytes()
    )
    assert (
        fit(points, method, 5, seed=1).words.tobytes()
        != fit(points, method, 5, 20, 2)[0].tobytes()
    )


def test_random_patches_are_patches_no_two_the_same():
    points = normal(12, 3)[np.random.default_rng(0).integers(12, size=500)]
    words = fit(points, "random_patches", 12).words
    assert words.dtype == np.float32
    np.testing.assert_array_equal(np.unique(words, axis=0), np.unique(points, axis=0))
    assert len(fit(points, "random_patches", 13).words) == 12


def test_random_words_are_as_long_as_patches():
    points = normal(1000, 50) * 7
    words = fit(points, "random", 800).words
    assert words.dtype == np.float32
    assert np.mean(words.astype(float) ** 2) == pytest.approx(np.mean(points**2), rel=0.05)
    covariance = np.cov(words.T)
    assert np.abs(covariance / 49 - np.eye(50)).max() < 0.25


@pytest.mark.parametrize("method", DRAWN)
def test_words_that_are_not_learned_have_one_inertia(method):
    points = normal(300, 4)
    found = fit(points, method, 5)
    squares = ((points[:, None] - found.words) ** 2).sum(axis=2, dtype=float)
    np.testing.assert_allclose(found.inertia, [squares.min(axis=1).sum()], rtol=1e-5)
    assert found.reseeded.tolist() == [0]


@pytest.mark.parametrize("method", ["kmeans", "spherical_kmeans"])
def test_learning_needs_iterations(method):
    with pytest.raises(BadInput, match=f"^{method} needs iterations$"):
        codebook.fit(normal(5, 2), method, 2, None, np.random.default_rng(0))
