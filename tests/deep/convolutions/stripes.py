"""Small coloured images of classes that differ in the direction of their stripes."""

import numpy as np

from features.convolutions.training import Examples, Recipe

SMALL = Recipe(epochs=2, steps=0, learning_rate=1.5, widths=[8, 12], device="cpu")


def stripes(n: int, rows: int, cols: int, n_classes: int, seed: int = 0) -> Examples:
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % n_classes
    angle = np.pi / 2 * labels / (n_classes - 1)  # mirrored, no class looks like another
    row, col = np.mgrid[:rows, :cols]
    along = np.cos(angle)[:, None, None] * row + np.sin(angle)[:, None, None] * col
    wave = np.sin(1.5 * along + rng.uniform(0, 6, (n, 1, 1)))[..., None]
    noise = rng.normal(0, 25, (n, rows, cols, 3))
    images = np.clip(128 + 60 * wave * rng.uniform(0.5, 1, (n, 1, 1, 3)) + noise, 0, 255)
    return Examples(images.astype(np.uint8), labels, np.ones(n_classes, np.float32))
