"""The compiled steps of HOG, image by image; `features.hog` says what they are for."""

import numpy as np
from numba import njit

BLOCK_NORMS = ("none", "L1", "L1-sqrt", "L2", "L2-Hys")
NONE, L1, L1_SQRT, L2, L2_HYS = range(5)

EPSILON = np.float32(1e-5)  # keeps a block without any gradient from dividing by zero
CLIP = np.float32(0.2)  # L2-Hys: no vote counts for more, whatever the contrast of its edge


@njit(cache=True, nogil=True)
def fill(images, bins, shares, cell_side, norm, out):
    """Fill out (n, blocks down, blocks across, cells down, cells across, orientations).

    bins, shares: see `hog.bins_and_shares`; shares (0,) where each pixel has one vote.

    Each step is a pass over one whole image, which stays in the processor's cache: most are long
    loops over flat arrays, which the compiler turns into vector instructions.
    """
    n, rows, cols, _ = images.shape
    pixels = images.reshape(n, rows, 3 * cols)
    along_rows = np.empty((rows, 3 * cols), np.int16)
    along_cols = np.empty((rows, 3 * cols), np.int16)
    gradient = np.empty(rows * cols, np.uint32)
    magnitude = np.empty(rows * cols, np.float32)
    down, across = rows // cell_side, cols // cell_side
    votes = np.empty((cell_side, down, across, out.shape[-1]), np.float32)
    around = np.empty((down + 2, across + 2, out.shape[-1]), np.float32)
    cells = np.empty(votes.shape[1:], np.float32)
    for i in range(n):
        _gradients(pixels[i], along_rows, along_cols)
        _strongest_channel(along_rows.reshape(-1), along_cols.reshape(-1), gradient, magnitude)
        if len(shares):
            _vote_shared(gradient, magnitude, cols, bins, shares, cell_side, around)
            cells[:] = around[1:-1, 1:-1] * np.float32(1 / cell_side**2)
        else:
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
def _vote_shared(gradient, magnitude, width, bins, shares, side, around):
    """Step 4, interpolated: as an edge moves or turns, its vote passes on little by little.

    around (cells down + 2, cells across + 2, orientations): the cells, with one more on every side
    for what pixels near the border give to cells that are not there.
    """
    around[:] = 0
    down, across, orientations = around.shape
    for row in range((down - 2) * side):
        y = (row + np.float32(0.5)) / side + np.float32(0.5)
        for col in range((across - 2) * side):
            x = (col + np.float32(0.5)) / side + np.float32(0.5)
            i = row * width + col
            below, right = y - np.float32(int(y)), x - np.float32(int(x))
            low, share = bins[gradient[i]], shares[gradient[i]]
            high = low + 1 if low + 1 < orientations else 0
            for down_one, of_rows in ((0, 1 - below), (1, below)):
                for right_one, of_cols in ((0, 1 - right), (1, right)):
                    vote = magnitude[i] * np.float32(of_rows) * np.float32(of_cols)
                    cell = around[int(y) + down_one, int(x) + right_one]
                    cell[low] += vote * (1 - share)
                    cell[high] += vote * share


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
