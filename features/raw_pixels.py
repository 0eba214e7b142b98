"""Raw pixels: the numbers of an image as they are, the baseline for every other feature."""

import numpy as np


def extract(images: np.ndarray) -> np.ndarray:
    """Each image's pixels in one row, scaled to 0..1.

    images: uint8 (n, rows, cols, 3). Returns float32 (n, rows * cols * 3): pixels row by row, the
    three channels of a pixel side by side.
    """
    n, rows, cols, channels = images.shape
    return np.divide(images, 255, dtype=np.float32).reshape(n, rows * cols * channels)
