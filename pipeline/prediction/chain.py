"""From images to the scores of a trained classifier, exactly as the workflow's stages do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.parallel import Map, slices
from pipeline.blocks.columns import Block
from pipeline.blocks.precision import widen
from pipeline.classifiers.answers import scored
from pipeline.classifiers.minibatches import ROWS
from pipeline.classifiers.standardizer import Standardizer

SLICE = 32  # images whose columns a thread computes at once

# The columns of images: of each block, by its name, an array (n, d) for each view, as stored.
Columns = Mapping[str, list[np.ndarray]]


@dataclass(frozen=True)
class Chain:
    """What lies between images and scores: blocks, views, standardisation, and a classifier.

    blocks: by name, in the order in which they stand side by side. views: their names, see
    `blocks.views`. standardizer: of the columns of all blocks. module: the module in classifiers/
    that computes scores. model: its arrays.
    """

    blocks: dict[str, Block]
    views: Sequence[str]
    standardizer: Standardizer
    module: str
    model: dict[str, np.ndarray]

    def scores(self, images: np.ndarray, map_: Map = map) -> np.ndarray:
        """The scores, float32 (n, C), of images uint8 (n, rows, cols, 3), framed as in training.

        map_: the built-in `map`, or that of a pool of threads, which changes no bit. Memory stays
        bounded by ROWS images. Raises BadInput: what the features raise.
        """
        found = [
            self.scores_of(columns_of(self.blocks, self.views, images[some], map_))
            for some in slices(len(images), ROWS)
        ]
        return np.concatenate(found) if found else np.zeros((0, 0), np.float32)

    def scores_of(self, columns: Columns) -> np.ndarray:
        """The scores, float32 (n, C), of images whose columns are known; of other blocks as well.

        They are computed in the workflow's own minibatches of ROWS images.
        """
        n = len(columns[next(iter(self.blocks))][0])
        found = []
        for some in slices(n, ROWS):
            X = self.standardizer.apply(self.rows(columns, some))
            found.append(scored(self.module, self.model, X, some.stop - some.start))
        return np.concatenate(found).astype(np.float32, copy=False)

    def rows(self, columns: Columns, some: slice) -> np.ndarray:
        """The rows of some of the images, view by view, float32 (views * m, d)."""
        index = np.arange(some.start, some.stop)
        views = range(len(self.views))
        return np.vstack(
            [
                np.hstack([widen(columns[name][view], index) for name in self.blocks])
                for view in views
            ]
        )


def columns_of(
    blocks: Mapping[str, Block], views: Sequence[str], images: np.ndarray, map_: Map = map
) -> Columns:
    """The columns of images, uint8 (n, rows, cols, 3), n at least 1, of each block in each view.

    Of several representations, each block needs to be computed once. All columns are in memory at
    once: give a slice of the images where there are many.
    """

    def whole(block: Block, view: str) -> np.ndarray:
        parts = map_(lambda some: block.columns(images[some], view), slices(len(images), SLICE))
        return np.concatenate(list(parts))

    return {name: [whole(block, view) for view in views] for name, block in blocks.items()}
