"""Patches as their layout says it: cut one by one, number by number."""

import numpy as np


def cut(image: np.ndarray, size: int, stride: int) -> list[list[np.ndarray]]:
    """Of an image (rows, cols, 3) all rows of patches, each float64 (size * size * 3,)."""
    rows, cols, _ = image.shape
    square = [(i, j, k) for i in range(size) for j in range(size) for k in range(3)]
    return [
        [
            np.array([float(image[top + i, left + j, k]) for i, j, k in square])
            for left in range(0, cols - size + 1, stride)
        ]
        for top in range(0, rows - size + 1, stride)
    ]
