"""A block of features as those who draw its weights need to know it."""

from typing import NamedTuple

import numpy as np


class Block(NamedTuple):
    """Settings of the feature, the images' rows and cols, and, where one was fitted, its state."""

    settings: dict
    shape: tuple[int, int]
    state: dict[str, np.ndarray]
