"""What a convolutional network looks for first: its first trained filters, on pixels."""

import numpy as np

from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey


def pictures(block: Block) -> np.ndarray:
    """Each filter, colours of 0..1 around grey: (n_filters, rows, cols, 3)."""
    return around_grey(seen_through(block.state["whitening"], block.state["filters.0a"]))


def seen_through(whitening: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """What filters on whitened patches are on pixels, as far as they are linear.

    whitening: (k, 3, h, w), in which each direction stands with both signs. filters: (n, k, r, c).
    Between both lies GELU, which is half its argument and an even function: the latter sees no
    sign, so it tells nothing of directions. Returns float64 (n, r + h - 1, c + w - 1, 3).
    """
    (n, _, r, c), (_, _, h, w) = filters.shape, whitening.shape
    found = np.zeros((n, r + h - 1, c + w - 1, 3))
    for row, col in np.ndindex(r, c):
        part = np.einsum("nk,kxhw->nhwx", filters[:, :, row, col], whitening, dtype=np.float64)
        found[:, row : row + h, col : col + w] += part
    return found
