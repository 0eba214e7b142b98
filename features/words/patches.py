"""Patches, small squares of an image: draw some, cut out all, and normalise their contrast.

A patch is stored as patch_size * patch_size * 3 numbers: pixels row by row, the three channels of
a pixel side by side.
"""

import numpy as np
from numba import njit

from features.errors import BadInput
from features.parallel import slices

SLICE = 256  # images that are read at once


def check_size(images: np.ndarray, patch_size: int) -> None:
    """Raise BadInput where a patch is larger than the images, (n, rows, cols, 3)."""
    rows, cols = images.shape[1:3]
    if patch_size > min(rows, cols):
        raise BadInput(
            f"patch_size is {patch_size}, but the images are {rows}x{cols} pixels; "
            f"set it to at most {min(rows, cols)}"
        )


def draw(images: np.ndarray, n: int, patch_size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n patches, each from a random place of a random image, float32 (n, size * size * 3).

    Every position is equally likely, the last row and col included.
    images: uint8 (n_images, rows, cols, 3), or an object that gives slices of them.
    Raises BadInput: a patch larger than an image.
    """
    check_size(images, patch_size)
    n_images, rows, cols = images.shape[:3]
    # Sorted, so that images on a disk are read from front to back.
    image = np.sort(rng.integers(n_images, size=n))
    row = rng.integers(rows - patch_size + 1, size=n)
    col = rng.integers(cols - patch_size + 1, size=n)
    step = np.arange(patch_size)
    patches = np.empty((n, patch_size, patch_size, images.shape[3]), np.float32)
    for part in slices(n_images, SLICE):
        here = slice(*np.searchsorted(image, [part.start, part.stop]))
        if here.start < here.stop:
            patches[here] = images[part][
                image[here, None, None] - part.start,
                row[here, None, None] + step[:, None],
                col[here, None, None] + step,
            ]
    return patches.reshape(n, -1)


def positions(rows: int, cols: int, patch_size: int, stride: int) -> tuple[int, int]:
    """How many patches an image of rows x cols pixels has from top to bottom, and across."""
    return (rows - patch_size) // stride + 1, (cols - patch_size) // stride + 1


def dense(image: np.ndarray, patch_size: int, stride: int) -> np.ndarray:
    """Cut out all patches of an image, (rows, cols, 3), one every `stride` pixels each way.

    Returns float32 (patch_rows, patch_cols, d).
    """
    rows, cols, channels = image.shape
    shape = positions(rows, cols, patch_size, stride)
    patches = np.empty((*shape, patch_size * patch_size * channels), np.float32)
    _gather(np.ascontiguousarray(image).reshape(rows, -1), channels, patch_size, stride, patches)
    return patches


def normalize_contrast(patches: np.ndarray, offset: float) -> np.ndarray:
    """Scale each patch (last axis) to mean 0 and variance 1, so that light and shade count less.

    `offset` is added to the variance (0-255 scale) before dividing by its square root, so that the
    noise of flat patches is not amplified. Returns float32 of the same shape, and leaves `patches`
    unchanged.
    Source: Coates, Lee, Ng, An Analysis of Single-Layer Networks, 2011.
    """
    normalized = np.array(patches, np.float32, order="C")
    _normalize(normalized.reshape(-1, patches.shape[-1]), np.float32(offset))
    return normalized


@njit(cache=True, nogil=True)
def _gather(lines, channels, patch_size, stride, patches):
    """Fill `patches`, (patch_rows, patch_cols, d), from an image's rows of pixels.

    lines: the image, (rows, cols * channels).
    """
    width = patch_size * channels
    for i in range(patches.shape[0]):
        for j in range(patches.shape[1]):
            left = j * stride * channels
            for row in range(patch_size):
                line = lines[i * stride + row, left : left + width]
                run = patches[i, j, row * width : (row + 1) * width]
                for k in range(width):
                    run[k] = line[k]


# Sums may be added up in any order, so that the processor can add several numbers at once.
@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _normalize(patches, offset):
    """Normalise patches (n, d) in place, each by itself."""
    n, d = patches.shape
    for i in range(n):
        total = np.float32(0)
        for k in range(d):
            total += patches[i, k]
        mean = total / np.float32(d)
        squares = np.float32(0)
        for k in range(d):
            centred = patches[i, k] - mean
            patches[i, k] = centred
            squares += centred * centred
        deviation = np.sqrt(squares / np.float32(d) + offset)
        for k in range(d):
            patches[i, k] /= deviation
