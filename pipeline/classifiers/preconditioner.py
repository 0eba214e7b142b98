"""Coordinates in which SGD does not have to crawl: the strongest directions of the rows shrunk.

Features of one image rise and fall together, so the rows vary a hundred times more in some
directions than in most. A learning rate that is small enough for those is too small for the rest.
Here, the k strongest directions become coordinates of their own, shrunk to the variance of the
next strongest, and the other coordinates lose their share of them. Then all are scaled so that the
mean squared length of a row is 1, and the same learning rates serve few columns and many. What is
minimised stays the same: the weights are turned back in the end, and `penalty` weighs their
squares so that the squared L2 norm is that of the weights turned back.
"""

from typing import NamedTuple

import numpy as np

from features.parallel import Map, slices

DIRECTIONS = 512  # at most, and at most half of the columns and an eighth of the rows
ROWS = 4096  # training rows, at most, that the directions are estimated from
WEAK = 0.05  # of the mean column's variance: what is weaker than that is not shrunk down to
ITERATIONS = 2  # of subspace iteration
SLICE = 512  # rows of a product that are worked out at once
SPARE = 16  # more directions to iterate along, so that the last that count converge too


class Preconditioner(NamedTuple):
    """Takes rows (m, d) to (m, k + d): directions float32 (d, k), orthonormal; shrink (k,).

    shrink is what the strongest directions are multiplied by, scale what the others are.
    """

    directions: np.ndarray
    shrink: np.ndarray
    scale: np.float32

    def width(self) -> int:
        return sum(self.directions.shape)

    def penalty(self) -> np.ndarray:
        """What the squared weight of each coordinate adds to the squared norm of W, (k + d,)."""
        rest = np.full(len(self.directions), self.scale)
        return np.concatenate([self.shrink, rest]) ** 2

    def apply(self, Z: np.ndarray) -> None:
        """In place: Z (m, k + d) holds standardised rows in its last d columns."""
        k = len(self.shrink)
        strong, rest = Z[:, :k], Z[:, k:]
        if k > 0:
            np.matmul(rest, self.directions, out=strong)
            rest -= strong @ self.directions.T
            strong *= self.shrink
        if self.scale != 1:
            rest *= self.scale

    def weights(self, A: np.ndarray) -> np.ndarray:
        """The weights of standardised rows, (d, C), that weights A (k + d, C) stand for."""
        k = len(self.shrink)
        rest = A[k:] - self.directions @ (self.directions.T @ A[k:])
        return self.directions @ (self.shrink[:, None] * A[:k]) + self.scale * rest


def identity(d: int) -> Preconditioner:
    """The one that leaves rows (m, d) as they are."""
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
    Q = apart(Q, map_)  # once more, and they are orthonormal to the last digit
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
    """A @ B, some rows of it at once, so that threads can share the work."""
    return np.concatenate(list(map_(lambda rows: A[rows] @ B, slices(len(A), SLICE))))


def apart(Y: np.ndarray, map_: Map) -> np.ndarray:
    """Columns that span what those of Y do, about orthonormal: QR's work in a tenth of its time.

    Directions far weaker than the strongest shrink, and come right when it is done again.
    Source: Fukaya et al., CholeskyQR2, 2014.
    """

    def products(rows: slice) -> np.ndarray:
        exact = Y[rows].astype(np.float64)
        return exact.T @ exact

    gram = np.sum(list(map_(products, slices(len(Y), SLICE))), axis=0)
    gram[np.diag_indices_from(gram)] += 1e-12 * np.trace(gram) + 1e-30
    turn = np.linalg.inv(np.linalg.cholesky(gram)).T
    return product(Y, turn.astype(np.float32), map_)
