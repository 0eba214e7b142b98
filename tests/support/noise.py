"""Images of independent random pixels."""

import numpy as np


def noise(n=4, rows=11, cols=10, seed=0) -> np.ndarray:
    """uint8 (n, rows, cols, 3)."""
    return np.random.default_rng(seed).integers(256, size=(n, rows, cols, 3), dtype=np.uint8)
