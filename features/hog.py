"""Histograms of oriented gradients (HOG): how strongly edges run in each direction, and where.

An image is cut into square cells of pixels; a square of neighbouring cells is a block.

1. Gradient: in each colour channel of each pixel, the difference between the pixels below and
   above it (row), and between the pixels to the right and to the left of it (col).
2. Strongest channel: a pixel keeps the longest of its three gradients, in a tie the first.
3. Orientation bin: the direction of this gradient, from 0 to 180 degrees, lies in one of
   `orientations` bins of equal width.
4. Votes into cells: each pixel adds the length of its gradient, divided by the number of pixels
   in a cell, to that bin of its cell's histogram.
5. Block normalisation: the histograms of a block's cells are divided by their common norm. Blocks
   overlap: one starts at every cell. All of them together are the HOG of the image.

Source: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005, in the
variant of `skimage.feature.hog`: a pixel votes for one bin of one cell, not for neighbours too.
`extract` equals it to 1e-5, except in ties: there, its rounding may favour a later channel.
"""

from functools import lru_cache

import numpy as np
from numba import njit

from features.errors import BadInput

BLOCK_NORMS = ("none", "L1", "L1-sqrt", "L2", "L2-Hys")
NONE, L1, L1_SQRT, L2, L2_HYS = range(5)

EPSILON = np.float32(1e-5)  # keeps a block without any gradient from dividing by zero
CLIP = np.float32(0.2)  # L2-Hys: no vote counts for more, whatever the contrast of its edge


def extract(
    images: np.ndarray,
    *,
    orientations: int,
    pixels_per_cell: int,
    cells_per_block: int,
    block_norm: str,
) -> np.ndarray:
    """HOG of each image.

    images: uint8 (n, rows, cols, 3). pixels_per_cell and cells_per_block are the sides of a
    square. Pixels right of and below the last whole cell only serve as neighbours.

    Returns float32 (n, blocks_down * blocks_across * cells_per_block**2 * orientations), in the
    order of `skimage.feature.hog(..., feature_vector=True)`: blocks row by row, in each its cells
    row by row. With block_norm "none" (and cells_per_block 1) they are the cells' own histograms:
    gradient magnitude per pixel of the cell, split by orientation.

    An image's row never depends on the other images of the batch.

    Raises BadInput for a setting out of range and for an image smaller than one block.
    """
    n, rows, cols, _ = images.shape
    _check(rows, cols, orientations, pixels_per_cell, cells_per_block, block_norm)
    side = cells_per_block
    blocks_down = rows // pixels_per_cell - side + 1
    blocks_across = cols // pixels_per_cell - side + 1
    out = np.empty((n, blocks_down, blocks_across, side, side, orientations), np.float32)
    bins, norm = _orientation_bins(orientations), BLOCK_NORMS.index(block_norm)
    _extract(np.ascontiguousarray(images), bins, pixels_per_cell, norm, out)
    return out.reshape(n, blocks_down * blocks_across * side**2 * orientations)


def _check(rows, cols, orientations, pixels_per_cell, cells_per_block, block_norm) -> None:
    for name, value in (
        ("orientations", orientations),
        ("pixels_per_cell", pixels_per_cell),
        ("cells_per_block", cells_per_block),
    ):
        if value < 1:
            raise BadInput(f"hog: {name} is {value}; give a whole number from 1 up")
    if block_norm not in BLOCK_NORMS:
        known = ", ".join(BLOCK_NORMS)
        raise BadInput(f"hog: block_norm is {block_norm!r}; choose one of {known}")
    if block_norm == "none" and cells_per_block != 1:
        raise BadInput(
            f'hog: block_norm "none" has no blocks, but cells_per_block is {cells_per_block}; '
            "set cells_per_block to 1 or choose another block_norm"
        )
    side = pixels_per_cell * cells_per_block
    if min(rows, cols) < side:
        raise BadInput(
            f"hog: images of {rows}x{cols} pixels are smaller than one block of {side}x{side} "
            f"({cells_per_block}x{cells_per_block} cells of {pixels_per_cell}x{pixels_per_cell} "
            "pixels); lower pixels_per_cell or cells_per_block, or use larger images"
        )


@lru_cache
def _orientation_bins(orientations: int) -> np.ndarray:
    """Step 3. An edge counts alike from dark to light and from light to dark: modulo 180 degrees.

    Gradients of 8-bit images are whole numbers from -255 to 255, so the bins of all are computed
    once and then looked up: unsigned integers (512 * 512,), that of gradient (row, col) at place
    512 * (row + 256) + col + 256. The arithmetic is scikit-image's, boundaries in single
    precision, so that gradients exactly on a boundary, such as 90 degrees, fall in the same bin.
    """
    row, col = np.mgrid[-256:256, -256:256].reshape(2, -1)
    angle = np.arctan2(row, col) * (180 / np.pi) % 180
    starts = np.array([180 / orientations * i for i in range(1, orientations)], np.float32)
    bins = np.searchsorted(starts.astype(np.float64), angle, side="right")
    return bins.astype(np.min_scalar_type(orientations - 1))


@njit(cache=True, nogil=True)
def _extract(images, bins, cell_side, norm, out):
    """Fill out (n, blocks down, blocks across, cells down, cells across, orientations).

    Each step is a pass over one whole image, which stays in the processor's cache: most are long
    loops over flat arrays, which the compiler turns into vector instructions.
    """
    n, rows, cols, _ = images.shape
    pixels = images.reshape(n, rows, 3 * cols)
    along_rows = np.empty((rows, 3 * cols), np.int16)
    along_cols = np.empty((rows, 3 * cols), np.int16)
    gradient = np.empty(rows * cols, np.uint32)
    magnitude = np.empty(rows * cols, np.float32)
    votes = np.empty((cell_side, rows // cell_side, cols // cell_side, out.shape[-1]), np.float32)
    cells = np.empty(votes.shape[1:], np.float32)
    for i in range(n):
        _gradients(pixels[i], along_rows, along_cols)
        _strongest_channel(along_rows.reshape(-1), along_cols.reshape(-1), gradient, magnitude)
        _vote(gradient, magnitude, cols, bins, votes)
        _sum_votes(votes.reshape(cell_side, cells.size), cells.reshape(-1))
        _normalize_blocks(cells, norm, out[i])


@njit(cache=True, nogil=True)
def _gradients(pixels, along_rows, along_cols):
    """Step 1. Differences show edges and forget the brightness that both sides have in common.

    pixels (rows, 3 * cols), rgbrgb... in a row; differences int16 in the same order, 0 at the
    border, where a neighbour is missing.
    """
    _subtract(pixels.reshape(-1), pixels.shape[1], along_rows.reshape(-1))
    along_rows[0] = along_rows[-1] = 0
    _subtract(pixels.reshape(-1), 3, along_cols.reshape(-1))
    along_cols[:, :3] = along_cols[:, -3:] = 0


@njit(cache=True, nogil=True)
def _subtract(pixels, step, out):
    """The pixel one step after each less the one a step before, on flat arrays."""
    after, middle = pixels[2 * step :], out[step:]
    for i in range(len(after)):
        middle[i] = np.int16(after[i]) - np.int16(pixels[i])


@njit(cache=True, nogil=True)
def _strongest_channel(along_rows, along_cols, gradient, magnitude):
    """Step 2. An edge between two colours may be faint in their mean, yet strong in one channel.

    gradient: the strongest one's place in the table of orientation bins. magnitude: its length.
    """
    for i in range(len(gradient)):
        longest, row, col = np.int32(-1), np.int32(0), np.int32(0)
        for channel in range(3):
            r = np.int32(along_rows[3 * i + channel])
            c = np.int32(along_cols[3 * i + channel])
            square = np.int32(r * r + c * c)
            if square > longest:
                longest, row, col = square, r, c
        gradient[i] = 512 * (row + 256) + col + 256
        magnitude[i] = np.sqrt(np.float32(longest))


@njit(cache=True, nogil=True)
def _vote(gradient, magnitude, width, bins, votes):
    """Step 4. A histogram forgets where in its cell an edge lies: small shifts change little.

    votes (cell side, cells down, cells across, orientations): each column of a cell has its own
    histogram, so that no vote waits for the one of the pixel before it to be stored.
    """
    votes[:] = 0
    side, down, across, _ = votes.shape
    for row in range(down * side):
        for cell in range(across):
            for col in range(side):
                i = row * width + cell * side + col
                votes[col, row // side, cell, bins[gradient[i]]] += magnitude[i]


@njit(cache=True, nogil=True)
def _sum_votes(votes, cells):
    """The rest of step 4: cells (numbers,), per pixel, of votes (cell side, numbers)."""
    cells[:] = 0
    for col in range(len(votes)):
        cells += votes[col]
    cells *= np.float32(1 / len(votes) ** 2)


@njit(cache=True, nogil=True)
def _normalize_blocks(cells, norm, out):
    """Step 5. An edge counts alike in light and in shade, where its contrast is lower.

    cells (down, across, orientations); out, one image's, as in _extract.
    """
    _copy_blocks(cells, out)
    votes = out.reshape(-1)
    blocks = out.reshape(out.shape[0] * out.shape[1], -1, out.shape[-1])
    if norm != NONE:
        _divide_by_norm(blocks, norm in (L2, L2_HYS))
    if norm == L1_SQRT:
        np.sqrt(votes, votes)
    if norm == L2_HYS:
        np.minimum(votes, CLIP, votes)
        _divide_by_norm(blocks, True)


@njit(cache=True, nogil=True)
def _copy_blocks(cells, out):
    blocks_down, blocks_across, side, _, orientations = out.shape
    for y in range(blocks_down):
        for x in range(blocks_across):
            for row in range(side):
                for col in range(side):
                    for k in range(orientations):
                        out[y, x, row, col, k] = cells[y + row, x + col, k]


@njit(cache=True, nogil=True)
def _divide_by_norm(blocks, squared):
    """Divide each block (cells, orientations) by its L2 norm if squared, else by its L1 norm."""
    n, cells, orientations = blocks.shape
    for i in range(n):
        total = np.float32(0)
        for cell in range(cells):
            part = np.float32(0)  # cells summed apart can be added side by side
            for k in range(orientations):
                vote = blocks[i, cell, k]
                part += vote * vote if squared else vote
            total += part
        norm = np.sqrt(total + EPSILON * EPSILON) if squared else total + EPSILON
        factor = np.float32(1) / norm
        for cell in range(cells):
            for k in range(orientations):
                blocks[i, cell, k] *= factor
