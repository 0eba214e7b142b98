"""What is known of images: the part each plays, the views of it, and how fine features are."""

import numpy as np

# A column beside the images, never copies of them.
TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")

# Features are computed of each image as it is and, if the config says so, mirrored.
ORIGINAL, FLIPPED = VIEWS = ("original", "flipped")


def look(images: np.ndarray, view: str) -> np.ndarray:
    """A view of images (n, rows, cols, channels)."""
    return images[:, :, ::-1] if view == FLIPPED else images


def precision(images: np.ndarray) -> type:
    """The type that features of images (n, rows, cols, 3) are stored as.

    Half precision, 11 bits, is more than the features' own noise, and half the disk. Sums over all
    patches of larger images might be more than it can hold.
    """
    return np.float16 if images.shape[1] * images.shape[2] <= 128 * 128 else np.float32
