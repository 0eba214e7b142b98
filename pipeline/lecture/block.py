"""A block of features as the modules weights_<feature> need to know it.

Such a module draws what the weights of its feature mean. It has UNIT, what a weight is per, WHAT,
what is weighed, and

    names(block) -> a name for each row of what `gather` returns
    gather(W float64 (d, C), block) -> float64 (m, C)
    draw(weights, classes, block) -> Figure         weights: by the title of the classifier
"""

from typing import NamedTuple

import numpy as np


class Block(NamedTuple):
    """Settings of the feature, the images' rows and cols, and, where one was fitted, its state."""

    settings: dict
    shape: tuple[int, int]
    state: dict[str, np.ndarray]
