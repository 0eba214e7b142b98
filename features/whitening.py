"""ZCA whitening: decorrelated patches, as near as possible to the patches they were."""

import numpy as np


def fit_zca(patches: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """Learn the whitening of patches (n, d): their mean (d,) and a matrix (d, d), both float32.

    `(patches - mean) @ matrix` has covariance U diag(v / (v + epsilon)) U', the identity but for
    directions whose variance v is near epsilon or below. Natural images have most of their
    variance in slow changes of brightness; without whitening, k-means would spend its words there.
    Source: Bell and Sejnowski 1997; Coates, Lee, Ng 2011 (epsilon 0.1).
    """
    mean = patches.mean(axis=0, dtype=np.float64)
    centred = patches - mean.astype(np.float32)
    covariance = (centred.T @ centred).astype(np.float64) / len(patches)
    variance, U = np.linalg.eigh(covariance)
    scale = 1 / np.sqrt(np.maximum(variance, 0) + epsilon)
    return mean.astype(np.float32), ((U * scale) @ U.T).astype(np.float32)
