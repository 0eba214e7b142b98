"""Patches: small squares of an image, each a row of patch_size * patch_size * 3 numbers."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from features.errors import BadInput


def check_size(images: np.ndarray, patch_size: int) -> None:
    """Raise BadInput where a patch is larger than the images (n, rows, cols, 3)."""
    rows, cols = images.shape[1:3]
    if patch_size > min(rows, cols):
        raise BadInput(
            f"patch_size is {patch_size}, but the images are {rows}x{cols} pixels; "
            f"set it to at most {min(rows, cols)}"
        )


def draw(images: np.ndarray, n: int, patch_size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n patches, each from a random place of a random image, float32 (n, size * size * 3).

    Every position is equally likely, the last row and column included.
    images: uint8 (n_images, rows, cols, 3), may be a memory map. Raises BadInput: patch too large.
    """
    check_size(images, patch_size)
    n_images, rows, cols = images.shape[:3]
    # Sorted, so that images on a disk are read from front to back.
    image = np.sort(rng.integers(n_images, size=n))
    row = rng.integers(rows - patch_size + 1, size=n)
    col = rng.integers(cols - patch_size + 1, size=n)
    step = np.arange(patch_size)
    patches = images[
        image[:, None, None],
        row[:, None, None] + step[:, None],
        col[:, None, None] + step,
    ]
    return patches.reshape(n, -1).astype(np.float32)


def dense(image: np.ndarray, patch_size: int, stride: int) -> np.ndarray:
    """All patches of an image (rows, cols, 3), float32 (patch_rows, patch_cols, d)."""
    windows = sliding_window_view(image, (patch_size, patch_size), axis=(0, 1))[::stride, ::stride]
    windows = windows.transpose(0, 1, 3, 4, 2)  # as drawn: rows, cols, channels
    return windows.reshape(*windows.shape[:2], -1).astype(np.float32)


def normalize_contrast(patches: np.ndarray, offset: float) -> np.ndarray:
    """Take each patch (last axis) to mean 0 and variance 1, so that light and shade count less.

    `offset` is added to the variance (0-255 scale), so that flat patches are not blown up into
    noise. Source: Coates, Lee, Ng, An Analysis of Single-Layer Networks, 2011.
    """
    centred = patches - patches.mean(axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    centred /= np.sqrt(variance + np.float32(offset))
    return centred
