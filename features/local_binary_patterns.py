"""Local binary patterns (LBP): which of a pixel's eight neighbours are at least as bright as it.

The neighbours stand on a circle of radius 1, so that those on the diagonals lie between pixels.
Going round, most patterns change at most twice between darker and brighter: these *uniform* ones
are edges, corners, spots and flat ground, and are told apart by how many neighbours are brighter,
0 to 8, whatever the direction. All others, mostly noise, share the tenth bin.

Source: Ojala, Pietikainen, Maenpaa, Multiresolution Gray-Scale and Rotation Invariant Texture
Classification with Local Binary Patterns, PAMI 2002; patterns as in
`skimage.feature.local_binary_pattern(..., P=8, R=1, method="uniform")`.
"""

import numpy as np
from numba import njit

from features.errors import BadInput

BINS = 10
LUMA = (299, 587, 114)  # thousandths of red, green and blue in the brightness that eyes see
DIAGONAL = np.sqrt(0.5)  # how far down, and how far right, a neighbour on the diagonal is


def extract(images: np.ndarray, *, grid: int) -> np.ndarray:
    """How often each kind of pattern occurs, in each of grid x grid regions.

    images: uint8 (n, rows, cols, 3). Pixels at the border lack neighbours and have no pattern.

    Returns float32 (n, grid * grid * 10), regions row by row, shares that sum to 1 in each.
    Raises BadInput: grid below 1, or more regions across or down than pixels that have a pattern.
    """
    n, rows, cols, _ = images.shape
    if grid < 1 or grid > min(rows, cols) - 2:
        raise BadInput(
            f"local_binary_patterns: grid is {grid}; give a whole number from 1 to two less than "
            f"the shorter side of the images, which have {rows}x{cols} pixels"
        )
    out = np.zeros((n, grid, grid, BINS), np.float32)
    _count(np.ascontiguousarray(images), uniform_bins(), out)
    out /= out.sum(axis=-1, keepdims=True)
    return out.reshape(n, grid * grid * BINS)


def uniform_bins() -> np.ndarray:
    """The bin of each pattern, uint8 (256,); bit i of a pattern is neighbour i, going round."""
    bits = np.arange(256)[:, None] >> np.arange(8) & 1
    changes = (bits != np.roll(bits, 1, axis=1)).sum(axis=1)
    return np.where(changes <= 2, bits.sum(axis=1), BINS - 1).astype(np.uint8)


@njit(cache=True, nogil=True)
def _count(images, bins, out):
    """Add up the patterns of each region: out float32 (n, grid, grid, bins)."""
    n, rows, cols, _ = images.shape
    grid = out.shape[1]
    grey = np.empty((rows, cols), np.int32)
    for i in range(n):
        for row in range(rows):
            for col in range(cols):
                r, g, b = images[i, row, col]
                grey[row, col] = LUMA[0] * r + LUMA[1] * g + LUMA[2] * b
        for row in range(1, rows - 1):
            down = (row - 1) * grid // (rows - 2)
            for col in range(1, cols - 1):
                across = (col - 1) * grid // (cols - 2)
                out[i, down, across, bins[_pattern(grey, row, col)]] += 1


@njit(cache=True, nogil=True)
def _pattern(grey, row, col):
    """The pattern of a pixel, neighbours counted from the right one, then up, left and down.

    Brightness on a diagonal is interpolated between the pixel itself, the neighbours beside it and
    the one in the corner. All are whole numbers and DIAGONAL is irrational: sums that are not
    exactly 0 are far from it, so that no rounding makes or breaks a tie.
    """
    middle = grey[row, col]
    pattern, bit = 0, 1
    for down, right in ((0, 1), (-1, 0), (0, -1), (1, 0)):
        beside = grey[row + down, col + right] - middle
        # A quarter turn on: (down, right) becomes (-right, down).
        next_beside = grey[row - right, col + down] - middle
        corner = grey[row + down - right, col + right + down] - middle
        if beside >= 0:
            pattern |= bit
        if (1 - DIAGONAL) * (beside + next_beside) + DIAGONAL * corner >= 0:
            pattern |= 2 * bit
        bit *= 4
    return pattern
