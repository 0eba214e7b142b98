"""Histograms of oriented gradients (HOG): how strongly edges run in each direction, and where.

An image is cut into square cells of pixels; a square of neighbouring cells is a block.

1. Gradient: in each colour channel of each pixel, the difference between the pixels below and
   above it (row), and between the pixels to the right and to the left of it (col).
2. Strongest channel: a pixel keeps the longest of its three gradients, in a tie the first.
3. Orientation bin: the direction of this gradient lies in one of several bins of equal width.
4. Votes into cells: each pixel adds the length of its gradient, divided by the number of pixels
   in a cell, to that bin of its cell's histogram. Interpolated votes are shared between the two
   nearest bins and the four nearest cells, the nearer the more.
5. Block normalisation: the histograms of a block's cells are divided by their common norm. Blocks
   overlap: one starts at every cell. All of them together are the HOG of the image.

Source: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005. Without
interpolation it is the variant of `skimage.feature.hog`, which `extract` equals to 1e-5, except in
ties: there, its rounding may favour a later channel.
"""

import math
from functools import lru_cache

import numpy as np

from features.edges.histograms import BLOCK_NORMS, fill
from features.errors import BadInput

# How often the bins go around half a circle: an edge from dark to light has the direction opposite
# to that of one from light to dark, and counts alike only where it is taken modulo 180 degrees.
DIRECTIONS = {"unsigned": (1,), "signed": (2,), "both": (2, 1)}


def extract(
    images: np.ndarray,
    *,
    orientations: int,
    directions: str,
    interpolate: bool,
    gamma: float,
    pixels_per_cell: int | list[int],
    cells_per_block: int,
    block_norm: str,
) -> np.ndarray:
    """HOG of each image.

    images: uint8 (n, rows, cols, 3). orientations: bins for 180 degrees. directions: "unsigned",
    modulo 180 degrees; "signed", twice as many bins for 360 degrees; or "both", the signed ones
    first. gamma: the power that pixel values, as shares of 255, are raised to. pixels_per_cell and
    cells_per_block are the sides of a square; several cell sizes give one HOG after the other.
    Pixels right of and below the last whole cell only serve as neighbours.

    Returns float32 (n, d), where each HOG has blocks_down * blocks_across * cells_per_block**2 *
    bins columns, in the order of `skimage.feature.hog(..., feature_vector=True)`: blocks row by
    row, in each its cells row by row. With block_norm "none" (and cells_per_block 1) they are the
    cells' own histograms: gradient magnitude per pixel of the cell, split by orientation.

    An image's row never depends on the other images of the batch.

    Raises BadInput for a setting out of range and for an image smaller than one block.
    """
    _check(orientations, directions, gamma, pixels_per_cell, cells_per_block, block_norm)
    images = np.ascontiguousarray(_gamma_table(gamma)[images] if gamma != 1 else images)
    norm = BLOCK_NORMS.index(block_norm)
    found = [
        _one(
            images, half_turns * orientations, half_turns, interpolate, side, cells_per_block, norm
        )
        for side, half_turns in parts(pixels_per_cell, directions)
    ]
    return found[0] if len(found) == 1 else np.concatenate(found, axis=1)


def parts(pixels_per_cell: int | list[int], directions: str) -> list[tuple[int, int]]:
    """The HOGs that stand side by side: of each the side of a cell, and 1 or 2 half turns."""
    return [(side, half) for side in _sides(pixels_per_cell) for half in DIRECTIONS[directions]]


def _sides(pixels_per_cell: int | list[int]) -> list[int]:
    return [pixels_per_cell] if isinstance(pixels_per_cell, int) else pixels_per_cell


def _one(images, n_bins, half_turns, interpolate, cell, side, norm) -> np.ndarray:
    """The HOG of one cell size and one set of bins: float32 (n, d)."""
    n, rows, cols, _ = images.shape
    _check_size(rows, cols, cell, side)
    shape = (n, rows // cell - side + 1, cols // cell - side + 1, side, side, n_bins)
    out = np.empty(shape, np.float32)
    fill(images, *bins_and_shares(n_bins, half_turns, interpolate), cell, norm, out)
    return out.reshape(n, math.prod(shape[1:]))


def _check(orientations, directions, gamma, pixels_per_cell, cells_per_block, block_norm) -> None:
    for name, value in (
        ("orientations", orientations),
        *(("pixels_per_cell", side) for side in _sides(pixels_per_cell)),
        ("cells_per_block", cells_per_block),
    ):
        if value < 1:
            raise BadInput(f"hog: {name} is {value}; give a whole number from 1 up")
    if not gamma > 0:
        raise BadInput(f"hog: gamma is {gamma}; give a number above 0")
    for name, value, known in (
        ("directions", directions, DIRECTIONS),
        ("block_norm", block_norm, BLOCK_NORMS),
    ):
        if value not in known:
            raise BadInput(f"hog: {name} is {value!r}; choose one of {', '.join(known)}")
    if block_norm == "none" and cells_per_block != 1:
        raise BadInput(
            f'hog: block_norm "none" has no blocks, but cells_per_block is {cells_per_block}; '
            "set cells_per_block to 1 or choose another block_norm"
        )


def _check_size(rows, cols, cell, cells_per_block) -> None:
    side = cell * cells_per_block
    if min(rows, cols) < side:
        raise BadInput(
            f"hog: images of {rows}x{cols} pixels are smaller than one block of {side}x{side} "
            f"({cells_per_block}x{cells_per_block} cells of {cell}x{cell} pixels); lower "
            "pixels_per_cell or cells_per_block, or use larger images"
        )


def _gamma_table(gamma: float) -> np.ndarray:
    """What becomes of each pixel value: below 1, gamma brings out edges in the shade."""
    return np.rint(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)


@lru_cache
def bins_and_shares(
    n_bins: int, half_turns: int, interpolate: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Step 3, for every gradient that there can be.

    Gradients of 8-bit images are whole numbers from -255 to 255, so the bins of all are computed
    once and then looked up: unsigned integers (512 * 512,), that of gradient (row, col) at place
    512 * (row + 256) + col + 256. The arithmetic is scikit-image's, boundaries in single
    precision, so that gradients exactly on a boundary, such as 90 degrees, fall in the same bin.

    With `interpolate`, the bin is the one whose centre comes before the gradient, and shares,
    float32 (512 * 512,), say how much of a vote is for the next one; else shares is (0,).
    """
    row, col = np.mgrid[-256:256, -256:256].reshape(2, -1)
    turn = 180 * half_turns
    angle = np.arctan2(row, col) * (180 / np.pi) % turn
    small = np.min_scalar_type(n_bins - 1)
    if interpolate:
        place = angle / turn * n_bins - 0.5
        low = np.floor(place)
        return (low % n_bins).astype(small), (place - low).astype(np.float32)
    starts = np.array([turn / n_bins * i for i in range(1, n_bins)], np.float32)
    bins = np.searchsorted(starts.astype(np.float64), angle, side="right")
    return bins.astype(small), np.zeros(0, np.float32)
