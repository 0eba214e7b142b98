"""Which part each image plays in the experiment, and the views that are taken of it."""

import numpy as np

# A column beside the images, never copies of them.
TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")

# Features are computed of each image as it is and, if the config says so, mirrored.
ORIGINAL, FLIPPED = VIEWS = ("original", "flipped")


def look(images: np.ndarray, view: str) -> np.ndarray:
    """A view of images (n, rows, cols, channels)."""
    return images[:, :, ::-1] if view == FLIPPED else images
