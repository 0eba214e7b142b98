"""Standardisation: columns are shifted to mean 0, and scaled to one variance for each block.

Mean and variance are those of the training rows. The columns of the widest block get variance 1,
those of a block with a tenth as many columns variance 0.1. If all had the same variance, a
classifier could rely on a few hundred columns of weak features as cheaply as on thousands of
strong ones, and would learn their noise by heart.
"""

from typing import NamedTuple

import numpy as np

from features.parallel import Map, slices
from pipeline.blocks.matrix import FeatureMatrix

ROWS = 1024  # rows whose sums are added up together


class Standardizer(NamedTuple):
    """Turns X into (X - mean) * scale; mean, scale: float32 (d,). A constant column becomes 0."""

    mean: np.ndarray
    scale: np.ndarray

    def apply(self, X: np.ndarray) -> np.ndarray:
        """Standardise X (m, d) in place."""
        X -= self.mean
        X *= self.scale
        return X


def fit(X: FeatureMatrix, index: np.ndarray, map_: Map) -> Standardizer:
    """Learn mean and scale from the rows `index` (m,) of X, read slice by slice."""

    def sums(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        # Squares of distances from a value near the mean lose no digits to cancellation.
        shifted = X.take(index[rows]) - near_mean
        return shifted.sum(axis=0, dtype=np.float64), np.einsum(
            "nd,nd->d", shifted, shifted, dtype=np.float64
        )

    near_mean = X.take(index[:ROWS]).mean(axis=0)
    totals = [np.zeros(X.d), np.zeros(X.d)]
    for found in map_(sums, slices(len(index), ROWS)):
        for total, of_slice in zip(totals, found, strict=True):
            total += of_slice
    shift, square = totals[0] / len(index), totals[1] / len(index)
    deviation = np.sqrt(np.maximum(square - shift**2, 0))
    changes = deviation > 1e-6 * (1 + np.abs(near_mean))
    scale = np.divide(balance(X.widths), deviation, out=np.zeros(X.d), where=changes)
    return Standardizer((near_mean + shift).astype(np.float32), scale.astype(np.float32))


def balance(widths: list[int]) -> np.ndarray:
    """The standard deviation that each column is to have, float64 (d,), by the blocks' widths."""
    return np.repeat(np.sqrt(np.array(widths) / max(widths)), widths)
