"""Linear discriminants: the directions in which classes lie apart, against their own spread.

Source: Fisher, The Use of Multiple Measurements in Taxonomic Problems, 1936; for several classes
Rao, The Utilization of Multiple Measurements in Problems of Biological Classification, 1948; the
shrinkage of the covariance is that of Ledoit and Wolf, A Well-Conditioned Estimator for
Large-Dimensional Covariance Matrices, 2004.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve

LEAST = 1e-6  # shrinkage: keeps the covariance invertible where columns repeat each other


class Discriminants(NamedTuple):
    """Turns rows X into (X - mean) @ directions.

    mean: float64 (d,). directions: float64 (d, k), from the strongest on; along each the training
    rows have variance 1 within classes, as the shrunk covariance says. shrinkage: from 0 to 1.
    """

    mean: np.ndarray
    directions: np.ndarray
    shrinkage: float

    def apply(self, X: np.ndarray) -> np.ndarray:
        """Coordinates float64 (n, k) of rows X (n, d)."""
        return (X - self.mean) @ self.directions


def fit(X: np.ndarray, y: np.ndarray, k: int) -> Discriminants:
    """The k strongest discriminants of rows X (n, d) of classes y, int (n,).

    C classes have C - 1 at most: directions beyond are 0, and all are where the classes' means are
    the same.
    """
    X = np.asarray(X, np.float64)
    means, counts = class_means(X, y)
    mean = X.mean(axis=0)
    within = X - means[y]
    gram = within @ within.T if len(X) < X.shape[1] else within.T @ within
    shrinkage = ledoit_wolf(within, gram)
    between = (means - mean) * np.sqrt(counts / len(X))[:, None]  # (C, d)
    solved = solve_shrunk(within, gram, shrinkage, between.T)
    strength, turns = np.linalg.eigh(between @ solved)
    strength, turns = strength[::-1][:k], turns[:, ::-1][:, :k]
    there = strength > 1e-9 * max(1e-300, strength[0])
    directions = np.zeros((X.shape[1], k))
    directions[:, : len(strength)][:, there] = (solved @ turns[:, there]) / np.sqrt(
        strength[there]
    )
    return Discriminants(mean, upright(directions), shrinkage)


def class_means(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means (C, d) and numbers of rows (C,) of classes 0 to y.max(); without rows a mean is 0."""
    counts = np.bincount(y)
    sums = np.zeros((len(counts), X.shape[1]))
    np.add.at(sums, y, X)
    return sums / np.maximum(counts, 1)[:, None], counts


def ledoit_wolf(within: np.ndarray, gram: np.ndarray) -> float:
    """How much of a multiple of the identity the covariance of rows (n, d) of mean 0 is to have.

    gram: the products of the rows, or of the columns, with each other.
    """
    n, d = within.shape
    norms = np.einsum("nd,nd->n", within, within)
    square = float(np.sum(gram**2)) / n**2  # of the covariance's Frobenius norm
    distance = square - (norms.sum() / n) ** 2 / d
    error = (float(np.sum(norms**2)) / n - square) / n
    return float(np.clip(error / distance, LEAST, 1)) if distance > 0 else 1.0


def solve_shrunk(
    within: np.ndarray, gram: np.ndarray, shrinkage: float, right: np.ndarray
) -> np.ndarray:
    """S^-1 right (d, m), for S = (1 - shrinkage) within^T within / n + shrinkage v I.

    v: the mean variance of the columns. Where there are fewer rows than columns, Woodbury's
    identity needs a system of as many equations as rows only.
    """
    n, d = within.shape
    ridge = shrinkage * max(float(np.sum(within**2)) / (n * d), 1e-300)
    if shrinkage == 1:
        return right / ridge
    size = np.arange(len(gram))
    system = gram * ((1 - shrinkage) / n)
    system[size, size] += ridge
    if n >= d:
        return solve(system, right, assume_a="pos")
    inner = solve(system, within @ right, assume_a="pos")
    return (right - within.T @ inner * ((1 - shrinkage) / n)) / ridge


def upright(directions: np.ndarray) -> np.ndarray:
    """Directions (d, k) whose number of largest absolute value is positive: their sign is free."""
    largest = np.abs(directions).argmax(axis=0)[None]
    return directions * np.where(np.take_along_axis(directions, largest, axis=0) < 0, -1, 1)
