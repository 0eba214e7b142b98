"""The pixels themselves: the baseline that every engineered feature has to beat."""

import numpy as np


def extract(images: np.ndarray) -> np.ndarray:
    """Each image's pixels in one row, scaled to 0..1.

    images: uint8 (n, rows, cols, 3). Returns float32 (n, rows * cols * 3): row by row, the three
    channels of a pixel side by side.
    """
    n, rows, cols, channels = images.shape
    return np.divide(images, 255, dtype=np.float32).reshape(n, rows * cols * channels)
