"""Histograms of oriented gradients: how strongly edges run in each direction, cell by cell.

Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005, in the variant
of `skimage.feature.hog`, which `extract` equals to 1e-5: hard orientation bins over 0..180
degrees, no smoothing inside a cell, the colour channel with the strongest gradient.
"""

from functools import lru_cache

import numpy as np
from numba import njit

from features.errors import BadInput

BLOCK_NORMS = ("none", "L1", "L1-sqrt", "L2", "L2-Hys")
NONE, L1, L1_SQRT, L2, L2_HYS = range(5)

GROUP = 4  # bin boundaries that are tried in one pass over the pixels

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
    order of `skimage.feature.hog(..., feature_vector=True)`: blocks overlap and start at every
    cell. With block_norm "none" (and cells_per_block 1) they are the cells' own histograms:
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
    _extract(
        np.ascontiguousarray(images),
        _bin_starts(orientations),
        *_rounding(),
        pixels_per_cell,
        BLOCK_NORMS.index(block_norm),
        out,
    )
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
        raise BadInput(
            f"hog: block_norm is {block_norm!r}; choose one of {', '.join(BLOCK_NORMS)}"
        )
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
def _bin_starts(orientations: int) -> np.ndarray:
    """The first direction of each orientation bin but bin 0, float32 (groups, GROUP, 2).

    Gradients of 8-bit images are whole numbers, so only finitely many directions (row, col)
    exist, and the first one in a bin stands for the bin's boundary *exactly*: a gradient is in
    that bin or a later one if it does not lie before that direction, which a cross product of
    small whole numbers decides without rounding. The angles and boundaries are computed once,
    here, with scikit-image's arithmetic (boundaries in single precision), so that bins agree at
    45 degrees as everywhere else.

    Where there is no direction, for bins too narrow to have one and to fill the last group,
    stand NaN: no gradient is past them.
    """
    row, col = np.mgrid[0:256, -255:256].reshape(2, -1)
    half_turn = (row > 0) | (col > 0)
    directions = np.stack([row, col], axis=1)[half_turn]
    angle = np.arctan2(*directions.T) * (180 / np.pi) % 180
    order = np.argsort(angle, kind="stable")
    boundary = np.array([180 / orientations * i for i in range(1, orientations)], np.float32)
    first = np.searchsorted(angle[order], boundary.astype(np.float64))
    exists = first < len(order)
    starts = np.full((-(-(orientations - 1) // GROUP) * GROUP, 2), np.nan, np.float32)
    starts[: exists.sum()] = directions[order[first[exists]]]
    return starts.reshape(-1, GROUP, 2)


@lru_cache
def _rounding() -> tuple[np.ndarray, np.ndarray]:
    """Whole-number gradients (row, col) whose np.hypot is longer than that of equally long ones.

    (17, 52) and (28, 47), say, are equally long, but some C libraries round their np.hypot
    differently in the last bit, and then one of them is the stronger one to scikit-image.

    Returns bool (256, 256), True for such gradients, and bool (130051,), True for their squared
    lengths: a few dozen, or none.
    """
    row, col = np.mgrid[0:256, 0:256]
    square, length = row**2 + col**2, np.hypot(row, col)
    shortest = np.full(square.max() + 1, np.inf)
    np.minimum.at(shortest, square, length)
    longer = length > shortest[square]
    uneven = np.zeros(len(shortest), bool)
    uneven[square[longer]] = True
    return longer, uneven


@njit(cache=True, nogil=True)
def _extract(images, bin_starts, longer, uneven, cell, norm, out):
    """Fill out (n, blocks down, blocks across, b, b, orientations), image by image.

    Each stage is a pass over flat arrays of all pixels of one image: long loops without
    branches, which the compiler turns into vector instructions.
    """
    n, rows, cols, _ = images.shape
    pixels = rows * cols
    interleaved = images.reshape(n, 3 * pixels)
    planes = np.empty((3, pixels), np.uint8)
    along_rows = np.empty((3, pixels), np.int16)
    along_cols = np.empty((3, pixels), np.int16)
    square = np.empty(pixels, np.int32)
    gradient = np.empty(pixels, np.int32)
    row = np.empty(pixels, np.float32)
    col = np.empty(pixels, np.float32)
    magnitude = np.empty(pixels, np.float32)
    bins = np.empty(pixels, np.uint32)
    cells = np.empty((rows // cell, cols // cell, out.shape[-1]), np.float32)
    flat_cells = cells.reshape(-1)
    sums = np.empty(cells.shape[:2], np.float32)
    slots = _vote_slots(cell, cells.shape)
    votes = np.empty(cell * cells.size, np.float32)
    for i in range(n):
        _separate(interleaved[i], planes[0], planes[1], planes[2])
        for channel in range(3):
            _differences(planes[channel], cols, along_rows[channel], along_cols[channel])
        _strongest(along_rows, along_cols, square, gradient)
        _settle_ties(along_rows, along_cols, longer, uneven, square, gradient)
        _polar(gradient, square, row, col, magnitude)
        _bin(row, col, bin_starts, bins)
        _vote(magnitude, bins, cols, slots, votes)
        _pool(votes, np.float32(1 / cell**2), flat_cells)
        _normalize(cells, norm, sums, out[i])


@njit(cache=True, nogil=True)
def _separate(interleaved, red, green, blue):
    """One image's pixels, rgbrgb..., to flat channels."""
    for i in range(len(red)):
        red[i] = interleaved[3 * i]
        green[i] = interleaved[3 * i + 1]
        blue[i] = interleaved[3 * i + 2]


@njit(cache=True, nogil=True)
def _differences(plane, width, along_rows, along_cols):
    """The next pixel less the one before, int16; 0 at the border, where either is missing.

    Differences show contours and forget the brightness that both sides of them share.
    """
    last = len(plane) - width
    _difference(plane, width, along_rows)
    along_rows[:width] = 0
    along_rows[last:] = 0
    _difference(plane, 1, along_cols)
    for start in range(0, len(plane), width):
        along_cols[start] = 0
        along_cols[start + width - 1] = 0


@njit(cache=True, nogil=True)
def _difference(plane, step, out):
    after, middle = plane[2 * step :], out[step:]
    for i in range(len(after)):
        middle[i] = np.int16(after[i]) - np.int16(plane[i])


@njit(cache=True, nogil=True)
def _strongest(along_rows, along_cols, square, gradient):
    """The differences in the channel where they are strongest; in a tie, the first channel.

    An edge between two colours may be faint in the mean of the channels, yet strong in one.
    The differences are packed as gradient = 512 * row + col; square is their squared magnitude.
    """
    square[:] = -1
    for channel in range(3):
        _keep_stronger(along_rows[channel], along_cols[channel], square, gradient)


@njit(cache=True, nogil=True)
def _keep_stronger(along_rows, along_cols, square, gradient):
    for i in range(len(square)):
        row = np.int32(along_rows[i])
        col = np.int32(along_cols[i])
        candidate = np.int32(row * row + col * col)
        stronger = candidate > square[i]
        square[i] = candidate if stronger else square[i]
        gradient[i] = np.int32(512) * row + col if stronger else gradient[i]


@njit(cache=True, nogil=True)
def _settle_ties(along_rows, along_cols, longer, uneven, square, gradient):
    """Where rounding decides between equally strong channels, let it decide here as well."""
    for i in range(len(square)):
        if uneven[np.uint32(square[i])]:
            for channel in range(3):
                row, col = np.int32(along_rows[channel, i]), np.int32(along_cols[channel, i])
                if row * row + col * col == square[i] and longer[abs(row), abs(col)]:
                    gradient[i] = 512 * row + col
                    break


@njit(cache=True, nogil=True)
def _polar(gradient, square, row, col, magnitude):
    """Unpack the gradient, turned by 180 degrees if its orientation is not in 0..180.

    The same contour counts alike before a lighter and before a darker background.
    """
    for i in range(len(gradient)):
        # A packed gradient is negative if row is, or if row is 0 and col is.
        upper = np.int32(abs(gradient[i]))
        down = np.int32(np.int32(upper + 256) >> 9)
        row[i] = down
        col[i] = np.int32(upper - np.int32(512 * down))
        magnitude[i] = np.sqrt(np.float32(square[i]))


@njit(cache=True, nogil=True)
def _bin(row, col, bin_starts, bins):
    """A gradient's bin: the number of bins, bin 0 aside, that start at or before it."""
    bins[:] = 0
    for k in range(len(bin_starts)):
        _count_starts(row, col, bin_starts[k], bins)


@njit(cache=True, nogil=True)
def _count_starts(row, col, starts, bins):
    for i in range(len(bins)):
        passed = np.uint32(0)
        for k in range(GROUP):
            passed += np.uint32(row[i] * starts[k, 1] >= col[i] * starts[k, 0])
        bins[i] += passed


@njit(cache=True, nogil=True)
def _vote_slots(cell, shape):
    """Where each pixel of the cells votes for bin 0, uint32 (rows, cols) into flat votes.

    The columns of a cell vote into separate histograms, pooled later: a vote then never waits
    for the one before it to be stored.
    """
    down, across, orientations = shape
    slots = np.empty((down * cell, across * cell), np.uint32)
    for y in range(down * cell):
        for x in range(across * cell):
            slots[y, x] = (((x % cell) * down + y // cell) * across + x // cell) * orientations
    return slots


@njit(cache=True, nogil=True)
def _vote(magnitude, bins, width, slots, votes):
    """Add each pixel's magnitude to its cell's histogram; slots may be narrower than a row.

    A histogram forgets where in the cell an edge lies: small shifts change little.
    """
    votes[:] = 0
    for y in range(len(slots)):
        _vote_row(magnitude[y * width :], bins[y * width :], slots[y], votes)


@njit(cache=True, nogil=True)
def _vote_row(magnitude, bins, slots, votes):
    for x in range(len(slots)):
        votes[slots[x] + bins[x]] += magnitude[x]


@njit(cache=True, nogil=True)
def _pool(votes, weight, cells):
    """Sum the votes, flat (column of a cell, cells.size), over columns; flat cells."""
    cells[:] = 0
    for start in range(0, len(votes), len(cells)):
        _add(votes[start:], cells)
    for i in range(len(cells)):
        cells[i] *= weight


@njit(cache=True, nogil=True)
def _add(votes, cells):
    for i in range(len(cells)):
        cells[i] += votes[i]


@njit(cache=True, nogil=True)
def _normalize(cells, norm, sums, out):
    """Contrast-normalise overlapping blocks of cells, against differences in illumination.

    cells (down, across, orientations) -> out (blocks down, blocks across, b, b, orientations);
    sums (down, across) is working space.
    """
    blocks_down, blocks_across, side, _, _ = out.shape
    squared = norm in (L2, L2_HYS)
    limit = CLIP if norm == L2_HYS else np.float32(np.inf)
    _sum_cells(cells, squared, sums)
    for y in range(blocks_down):
        for x in range(blocks_across):
            total = _sum_block(sums, y, x, side)
            energy = _copy_block(cells, y, x, _factor(total, norm), limit, out)
            if norm == L1_SQRT:
                _square_root(out, y, x)
            elif norm == L2_HYS:
                _scale(out, y, x, _factor(energy, norm))


@njit(cache=True, nogil=True)
def _factor(total, norm):
    """What to multiply a block by whose votes, or squared votes, have this sum."""
    if norm == NONE:
        return np.float32(1)
    if norm in (L1, L1_SQRT):
        return np.float32(1) / (total + EPSILON)
    return np.float32(1) / np.sqrt(total + EPSILON * EPSILON)


@njit(cache=True, nogil=True)
def _sum_cells(cells, squared, sums):
    down, across, orientations = cells.shape
    for y in range(down):
        for x in range(across):
            total = np.float32(0)
            for o in range(orientations):
                vote = cells[y, x, o]
                total += vote * vote if squared else vote
            sums[y, x] = total


@njit(cache=True, nogil=True)
def _sum_block(sums, y, x, side):
    total = np.float32(0)
    for dy in range(side):
        for dx in range(side):
            total += sums[y + dy, x + dx]
    return total


@njit(cache=True, nogil=True)
def _copy_block(cells, y, x, factor, limit, out):
    """Copy the block's cells times factor, at most limit; return the sum of their squares."""
    _, _, side, _, orientations = out.shape
    total = np.float32(0)
    for dy in range(side):
        for dx in range(side):
            part = np.float32(0)  # cells summed apart can be added side by side
            for o in range(orientations):
                vote = min(cells[y + dy, x + dx, o] * factor, limit)
                out[y, x, dy, dx, o] = vote
                part += vote * vote
            total += part
    return total


@njit(cache=True, nogil=True)
def _scale(out, y, x, factor):
    _, _, side, _, orientations = out.shape
    for dy in range(side):
        for dx in range(side):
            for o in range(orientations):
                out[y, x, dy, dx, o] *= factor


@njit(cache=True, nogil=True)
def _square_root(out, y, x):
    _, _, side, _, orientations = out.shape
    for dy in range(side):
        for dx in range(side):
            for o in range(orientations):
                out[y, x, dy, dx, o] = np.sqrt(out[y, x, dy, dx, o])
