"""Augmentation: training images mirrored on every other epoch, and shifted by a few pixels.

Source: Jordan, 2024: an image that is mirrored by chance may look the same in many epochs in a
row; one that is mirrored on every other epoch is seen both ways for sure.
"""

import numpy as np

SHIFT = 2  # pixels, at most, in both directions


def mirrored(n: int, epoch: int, rng: np.random.Generator) -> np.ndarray:
    """Which of n images are mirrored in an epoch, bool (n,).

    rng: draws those of epoch 0, and must be made alike for each epoch.
    """
    return (rng.integers(2, size=n) + epoch) % 2 == 1


def shifts(n: int, rng: np.random.Generator) -> np.ndarray:
    """How far each of n images is moved down and right, int (n, 2), from 0 to 2 * SHIFT."""
    return rng.integers(2 * SHIFT + 1, size=(n, 2))


def augmented(images: np.ndarray, mirror: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Images uint8 (n, rows, cols, 3), mirrored where bool (n,) says so, and shifted.

    shift: int (n, 2); SHIFT is none. What comes in from outside is the image's own reflection.
    """
    rows, cols = images.shape[1:3]
    margins = ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
    wide = np.pad(images, margins, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(wide, (rows, cols), axis=(1, 2))
    seen = windows[np.arange(len(images)), shift[:, 0], shift[:, 1]].transpose(0, 2, 3, 1)
    return np.where(mirror[:, None, None, None], seen[:, :, ::-1], seen)


def six_views(images: np.ndarray) -> list[np.ndarray]:
    """The images that a test image is judged by: as it is, and moved by a pixel to both corners.

    Each of the three also mirrored, after it; images: uint8 (n, rows, cols, 3).
    """
    still = np.zeros(len(images), bool)
    moved = [
        augmented(images, still, np.full((len(images), 2), SHIFT + step)) for step in (0, -1, 1)
    ]
    return [side for image in moved for side in (image, image[:, :, ::-1])]
