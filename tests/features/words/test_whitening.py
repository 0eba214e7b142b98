"""Whitening: identity covariance up to its regulariser, and as near as possible to before."""

import numpy as np
import pytest

from features.words.whitening import fit_pca, fit_zca


def correlated(n=4000, d=6) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d)).astype(
        np.float32
    )


def test_of_two_known_variances_by_hand():
    # Variances 4 and 1 along the axes, mean (1, 2): divided by their roots.
    patches = np.array([(1 + 2 * a, 2 + b) for a in (-1, 1) for b in (-1, 1)], np.float32)
    mean, matrix = fit_zca(patches, 0)
    np.testing.assert_allclose(mean, [1, 2])
    np.testing.assert_allclose(matrix, [[0.5, 0], [0, 1]], atol=1e-7)


def test_without_regulariser_the_covariance_is_the_identity():
    patches = correlated()
    mean, matrix = fit_zca(patches, 1e-9)
    white = (patches - mean) @ matrix
    np.testing.assert_allclose(white.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(np.cov(white.T, bias=True), np.eye(6), atol=1e-3)


@pytest.mark.parametrize("epsilon", [0.1, 1, 10])
def test_the_regulariser_shrinks_each_direction_by_its_share_of_variance(epsilon):
    patches = correlated()
    mean, matrix = fit_zca(patches, epsilon)
    white = (patches - mean) @ matrix
    covariance = np.cov(patches.T.astype(np.float64), bias=True)
    expected = covariance @ np.linalg.inv(covariance + epsilon * np.eye(6))
    np.testing.assert_allclose(np.cov(white.T, bias=True), expected, atol=1e-4)


def test_whitened_patches_stay_near_the_patches_they_were():
    _, matrix = fit_zca(correlated(), 0.1)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-6)
    assert (np.linalg.eigvalsh(matrix) > 0).all()


def test_a_direction_without_variance_is_not_blown_up():
    patches = correlated()
    patches[:, 5] = 3
    mean, matrix = fit_zca(patches, 0.1)
    white = (patches - mean) @ matrix
    assert np.isfinite(white).all()
    assert np.abs(white[:, 5]).max() < 1e-3


def test_the_strongest_direction_by_hand():
    # Variances 4 and 1 along the axes, as above: 0.8 of them in the first, as they are.
    patches = np.array([(1 + 2 * a, 2 + b) for a in (-1, 1) for b in (-1, 1)], np.float32)
    for share, expected in ((0.79, [[1], [0]]), (0.81, [[1, 0], [0, 1]])):
        mean, matrix = fit_pca(patches, None, share)
        np.testing.assert_allclose(mean, [1, 2])
        np.testing.assert_allclose(np.abs(matrix), expected, atol=1e-7)
    # Whitened, both vary alike but for the epsilon: 4 / 5 and 1 / 2.
    for share, k in ((0.61, 1), (0.62, 2)):
        assert fit_pca(patches, 1, share)[1].shape == (2, k)


def test_all_directions_have_the_products_that_zca_has():
    patches = correlated(300)
    mean, zca = fit_zca(patches, 0.1)
    _, pca = fit_pca(patches, 0.1, 1 - 1e-9)
    one, other = ((patches - mean) @ matrix for matrix in (zca, pca))
    np.testing.assert_allclose(other @ other.T, one @ one.T, atol=1e-3)


@pytest.mark.parametrize("epsilon", [None, 0.1, 3])
@pytest.mark.parametrize("share", [0.3, 0.8, 0.99])
def test_no_more_directions_than_hold_the_share(epsilon, share):
    patches = correlated(d=9)
    all_of_it = patches - patches.mean(axis=0)
    if epsilon is not None:
        all_of_it = all_of_it @ fit_zca(patches, epsilon)[1]
    mean, matrix = fit_pca(patches, epsilon, share)
    held = ((patches - mean) @ matrix).var(axis=0) / all_of_it.var(axis=0).sum()
    assert held.sum() >= share - 1e-4
    assert held[:-1].sum() < share
    assert (np.diff(held) <= 1e-4).all()


def test_it_is_single_precision():
    assert [part.dtype for part in fit_pca(correlated(50), 0.1, 0.9)] == [np.float32, np.float32]
    assert [part.dtype for part in fit_zca(correlated(50), 0.1)] == [np.float32, np.float32]
