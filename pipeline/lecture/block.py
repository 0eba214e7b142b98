"""What the modules weights_<feature> and filters_<feature> are told of a block of features.

A module filters_<feature> shows what its feature looks for in images. It has

    pictures(block) -> float (m, rows, cols, 3), colours of 0..1

and the group of that name in the texts of each language says `what` a picture belongs to, such as
"words".

A module weights_<feature> draws what the weights of its feature mean. A class "wants" what has a
large positive weight, since that raises its score. It has

    UNIT    what a weight is per, such as "standard deviation"
    gather(W float64 (d, C), block) -> float64 (m, C)    weights that are drawn, after sums
    names(block)                    -> a name for each of the m rows that `gather` returns
    draw(weights, block, told)      -> Figure            weights: by title of the classifier
    describe(classifier, weights, block, told) -> str    what is to be seen in the picture

The names are those of the tables, in English. What pictures and sentences say is in the texts of
each language, in the group of the module's name.
"""

from typing import NamedTuple

import numpy as np

from pipeline.runtime.texts import Texts


class Block(NamedTuple):
    """settings: of the feature. shape: rows and columns of the images, in pixels.

    state: the arrays that were fitted, or {} for a feature that is not fitted.
    """

    settings: dict
    shape: tuple[int, int]
    state: dict[str, np.ndarray]


class Told(NamedTuple):
    """What a module that draws weights says it with.

    classes: the names of the classes that are drawn. text: the texts of the module. colors: of
    the group "colors", see `color_names`.
    """

    classes: list[str]
    text: Texts
    colors: Texts
