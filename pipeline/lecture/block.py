"""What the modules weights_<feature> and filters_<feature> are told of a block of features.

A module filters_<feature> shows what its feature looks for in images. It has

    WHAT               what a picture belongs to, such as "words"
    pictures(block) -> float (m, rows, cols, 3), colours of 0..1

A module weights_<feature> draws what the weights of its feature mean. A class "wants" what has a
large positive weight, since that raises its score. It has

    UNIT    what a weight is per, such as "standard deviation"
    WHAT    what a weight belongs to, such as "word"
    gather(W float64 (d, C), block) -> float64 (m, C)    weights that are drawn, after sums
    names(block)                    -> a name for each of the m rows that `gather` returns
    draw(weights, classes, block)   -> Figure            weights: by title of the classifier
"""

from typing import NamedTuple

import numpy as np


class Block(NamedTuple):
    """settings: of the feature. shape: rows and columns of the images, in pixels.

    state: the arrays that were fitted, or {} for a feature that is not fitted.
    """

    settings: dict
    shape: tuple[int, int]
    state: dict[str, np.ndarray]
