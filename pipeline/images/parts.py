"""The part that each image plays: a column beside the images, never copies of them."""

import numpy as np

TRAIN, VALIDATION, TEST = 0, 1, 2
SEEN = 3  # a test image whose pixels are among those of training or validation as well
UNUSED = 4  # an image that plays no part
PARTS = ("train", "validation", "test")


def is_test(part: np.ndarray) -> np.ndarray:
    """Which images are test images, seen ones too; part: int8 (n,)."""
    return (part == TEST) | (part == SEEN)


def members(part: np.ndarray, number: int) -> np.ndarray:
    """The images of a part, TRAIN, VALIDATION or TEST: increasing indices."""
    return np.flatnonzero(is_test(part) if number == TEST else part == number)
