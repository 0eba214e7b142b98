"""Whitening: decorrelated patches, so that words are not spent on slow changes of brightness.

Most of the variance of natural images is there. Source: Bell and Sejnowski 1997; Coates, Lee, Ng
2011 (ZCA, epsilon 0.1).
"""

import numpy as np


def fit_zca(patches: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """Learn the ZCA whitening of patches (n, d): their mean (d,) and a matrix (d, d), float32.

    `(patches - mean) @ matrix` has covariance U diag(v / (v + epsilon)) U', the identity but for
    directions whose variance v is near epsilon or below, and is as near as possible to the
    patches as they were.
    """
    mean, variance, U = directions(patches)
    scale = 1 / np.sqrt(variance + epsilon)
    return mean, ((U * scale) @ U.T).astype(np.float32)


def fit_pca(
    patches: np.ndarray, epsilon: float | None, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Learn the mean (d,) of patches (n, d) and a matrix (d, k) to their strongest directions.

    `(patches - mean) @ matrix` is what ZCA gives, or without an epsilon the patches themselves,
    turned into the k directions that hold a `share` of the variance then: distances between
    patches, and products of them, are the same but for the rest, which is mostly noise. Half of
    the directions of photographs often hold 99 %, and take half the time.
    """
    mean, variance, U = directions(patches)
    scale = np.ones(len(variance)) if epsilon is None else 1 / np.sqrt(variance + epsilon)
    left = variance * scale**2
    k = 1 + np.searchsorted(np.cumsum(left), share * left.sum())
    return mean, (U * scale)[:, :k].astype(np.float32)


def directions(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean float32 (d,), and the variances (d,) along orthonormal directions (d, d), strongest
    first, float64.
    """
    mean = patches.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = patches - mean
    covariance = (centred.T @ centred).astype(np.float64) / len(patches)
    variance, U = np.linalg.eigh(covariance)
    return mean, np.maximum(variance[::-1], 0), U[:, ::-1]
