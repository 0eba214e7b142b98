"""Preconditioning: a change of coordinates in which SGD makes faster progress.

Features of one image rise and fall together, so the rows vary a hundred times more in some
directions than in most. A learning rate that is small enough for these strong directions is too
small for the others. So the k strongest directions become coordinates of their own, shrunk to the
variance of the next strongest, and are taken out of the other coordinates. Then all coordinates
are scaled so that the mean squared length of a row is 1, and the same learning rates serve few
columns and many.

What is minimised stays the same. After training, the weights are turned back into weights of the
original columns; during training, `penalty` weighs their squares so that the squared L2 norm is
that of the weights turned back.
"""

from typing import NamedTuple

import numpy as np

from features.parallel import Map, slices

DIRECTIONS = 512  # k at most; also at most half of the columns and an eighth of the rows
ROWS = 4096  # training rows, at most, that the directions are estimated from
WEAK = 0.05  # times the mean variance of a column: no direction is shrunk below that
ITERATIONS = 2  # of subspace iteration
SLICE = 512  # rows of a matrix product that are computed at once
SPARE = 16  # extra directions in the iteration, so that the last of the k converge too


class Preconditioner(NamedTuple):
    """A linear map from standardised rows (m, d) to preconditioned rows (m, k + d).

    The first k columns are the strongest directions, the others what is left of the d columns.
    directions: float32 (d, k), orthonormal. shrink: float32 (k,), what the strongest directions
    are multiplied by. scale: what the others are multiplied by.
    """

    directions: np.ndarray
    shrink: np.ndarray
    scale: np.float32

    def width(self) -> int:
        """The number of columns of preconditioned rows, k + d."""
        return sum(self.directions.shape)

    def penalty(self) -> np.ndarray:
        """The factors of the squared weights in the squared norm of W, float32 (k + d,)."""
        rest = np.full(len(self.directions), self.scale)
        return np.concatenate([self.shrink, rest]) ** 2

    def apply(self, Z: np.ndarray) -> None:
        """Precondition in place: the last d columns of Z (m, k + d) hold standardised rows."""
        k = len(self.shrink)
        strong, rest = Z[:, :k], Z[:, k:]
        if k > 0:
            np.matmul(rest, self.directions, out=strong)
            rest -= strong @ self.directions.T
            strong *= self.shrink
        if self.scale != 1:
            rest *= self.scale

    def weights(self, A: np.ndarray) -> np.ndarray:
        """Weights (d, C) of standardised rows, for weights A (k + d, C) of preconditioned ones."""
        k = len(self.shrink)
        rest = A[k:] - self.directions @ (self.directions.T @ A[k:])
        return self.directions @ (self.shrink[:, None] * A[:k]) + self.scale * rest

    def coordinates(self, W: np.ndarray) -> np.ndarray:
        """Weights (k + d, C) of preconditioned rows for weights W (d, C) of standardised ones.

        Of all that `weights` turns into W, those with the least penalty, which is W's own.
        """
        strong = self.directions.T @ W
        rest = (W - self.directions @ strong) / self.scale
        return np.vstack([strong / self.shrink[:, None], rest])


def identity(d: int) -> Preconditioner:
    """The preconditioner that leaves rows (m, d) as they are."""
    return Preconditioner(np.zeros((d, 0), np.float32), np.zeros(0, np.float32), np.float32(1))


def fit(Z: np.ndarray, rng: np.random.Generator, map_: Map = map) -> Preconditioner:
    """Find the strongest directions of standardised rows Z (m, d) by subspace iteration.

    Source: Halko, Martinsson, Tropp, Finding Structure with Randomness, 2011.
    """
    Z = Z[:ROWS]
    k = min(DIRECTIONS, Z.shape[1] // 2, len(Z) // 8)
    Q = rng.standard_normal((Z.shape[1], min(k + SPARE, *Z.shape)), dtype=np.float32)
    for _ in range(ITERATIONS):
        Q = apart(product(Z.T, product(Z, Q, map_), map_), map_)
    Q = apart(Q, map_)  # a second time in a row makes them orthonormal to the last digit
    projected = product(Z, Q, map_).astype(np.float64)
    variance, turn = np.linalg.eigh(projected.T @ projected)  # weakest first
    variance, turn = np.maximum(variance[::-1], 1e-12), turn[:, ::-1]
    total = np.einsum("md,md->", Z, Z, dtype=np.float64)
    level = max(variance[k], WEAK * total / Z.shape[1])
    left = np.minimum(variance[:k], level)
    scale = np.sqrt(len(Z) / max(total - variance[:k].sum() + left.sum(), 1e-12))
    shrink = scale * np.sqrt(left / variance[:k])
    directions = (Q @ turn[:, :k]).astype(np.float32)
    return Preconditioner(directions, shrink.astype(np.float32), np.float32(scale))


def product(A: np.ndarray, B: np.ndarray, map_: Map) -> np.ndarray:
    """A @ B, computed some rows at a time, so that threads can share the work."""
    return np.concatenate(list(map_(lambda rows: A[rows] @ B, slices(len(A), SLICE))))


def apart(Y: np.ndarray, map_: Map) -> np.ndarray:
    """Nearly orthonormal columns that span the same space as the columns of Y.

    This does the work of a QR decomposition in a tenth of its time. Directions far weaker than
    the strongest come out too short; a second call puts them right.
    Source: Fukaya et al., CholeskyQR2, 2014.
    """

    def products(rows: slice) -> np.ndarray:
        exact = Y[rows].astype(np.float64)
        return exact.T @ exact

    gram = np.sum(list(map_(products, slices(len(Y), SLICE))), axis=0)
    gram[np.diag_indices_from(gram)] += 1e-12 * np.trace(gram) + 1e-30
    turn = np.linalg.inv(np.linalg.cholesky(gram)).T
    return product(Y, turn.astype(np.float32), map_)
