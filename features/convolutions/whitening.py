"""The first layer, which is not trained: filters that whiten patches of 2 x 2 pixels.

Without it, the first steps of training are spent on the fact that neighbouring pixels are alike.

Source: Page, How to Train Your ResNet, part 8, 2019; Jordan, 2024.
"""

import numpy as np

from features.words.whitening import directions

SIDE = 2  # of a patch, in pixels
EPSILON = 30.0  # added to the variances, of numbers from 0 to 255: 5e-4 of the scale's square
IMAGES = 5000  # that patches are taken from


def whitening_filters(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Filters float32 (24, 3, 2, 2), and biases float32 (24,), for images uint8 (n, r, c, 3).

    Filter i gives a patch's place along its i-th principal direction, with variance 1 or less, and
    filter i + 12 the same with the other sign: what follows takes only positive numbers as they
    are. Biases make the mean patch 0.
    """
    patches = all_patches(images[:IMAGES])
    mean, variance, U = directions(patches)
    filters = (U / np.sqrt(variance + EPSILON)).T
    both = np.concatenate([filters, -filters])
    shaped = both.reshape(-1, 3, SIDE, SIDE).astype(np.float32)
    return shaped, (-both @ mean).astype(np.float32)


def all_patches(images: np.ndarray) -> np.ndarray:
    """Every patch of images (n, rows, cols, 3): float32 (m, 12), by channel, row and column."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (SIDE, SIDE), axis=(1, 2))
    return windows.reshape(-1, 3 * SIDE * SIDE).astype(np.float32)
