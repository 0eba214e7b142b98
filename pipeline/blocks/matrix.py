"""A representation, read from the disk as a matrix with one row per image and view.

A representation is a list of blocks of feature columns, which stand side by side in the matrix.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.blocks.precision import widen
from pipeline.blocks.shards import ShardedBlock
from pipeline.images.labels import read_labels
from pipeline.runtime.store import ArrayFile, read_array, read_json


@dataclass(frozen=True)
class Representation:
    """Where the files of a representation lie; stages get it as an option, in JSON.

    blocks: the folder of each block, in which each view has a folder of shards. views: the names
    of the views. shard_size: images per shard. labels, classes, parts: files that the stages
    `load` and `split` wrote; images: also from `load`, where somebody needs to know their shape.
    """

    name: str
    blocks: list
    views: list
    shard_size: int
    labels: Path
    classes: Path
    parts: Path
    images: Path | None = None

    def matrix(self, n_views: int | None = None) -> "FeatureMatrix":
        """The rows for the first `n_views` of the views, or for all of them."""
        n = len(self.part())
        return FeatureMatrix(self.blocks, self.views[:n_views], n, self.shard_size)

    def y(self) -> np.ndarray:
        """The class of each image, int32 (n,)."""
        return read_labels(self.labels).label

    def part(self) -> np.ndarray:
        """TRAIN, VALIDATION or TEST for each image, int8 (n,)."""
        return read_array(self.parts)

    def image_shape(self) -> tuple[int, ...]:
        """(rows, cols, 3); () where the file of images is not known."""
        return ArrayFile(Path(self.images)).shape[1:] if self.images else ()

    def class_names(self) -> list[str]:
        return read_json(self.classes)


class FeatureMatrix:
    """The feature matrix of n images, float32 (n * views, d), on the disk.

    The columns of its blocks stand side by side. The rows go view by view: row i is the first
    view of image i, row i + n its second view, and so on.
    """

    def __init__(self, folders: list, views: list, n: int, shard_size: int) -> None:
        """folders: one for each block, with a folder for each view in it. n: number of images."""
        self.views = [
            [ShardedBlock(Path(folder) / view, n, shard_size) for folder in folders]
            for view in views
        ]
        self.n = n
        self.widths = [block.d for block in self.views[0]]
        self.d = sum(self.widths)

    def all_views(self, index: np.ndarray) -> np.ndarray:
        """The numbers of all rows of the images `index` (m,), view by view: int (views * m,)."""
        return np.concatenate([index + self.n * view for view in range(len(self.views))])

    def take(self, index: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """The rows at an increasing index (m,), float32 (m, d), in `out` if it is given.

        Of each view, the disk is read in one stretch, from the first row wanted to the last.
        """
        X = np.empty((len(index), self.d), np.float32) if out is None else out
        for view, blocks in enumerate(self.views):
            inside = slice(*np.searchsorted(index, [view * self.n, (view + 1) * self.n]))
            if inside.start < inside.stop:
                self.read(blocks, index[inside] - view * self.n, X[inside])
        return X

    def read(self, blocks: list[ShardedBlock], index: np.ndarray, out: np.ndarray) -> None:
        """Read rows `index` (m,) of one view's blocks into out (m, d)."""
        start, stop = int(index[0]), int(index[-1]) + 1
        column = 0
        for block in blocks:
            out[:, column : column + block.d] = widen(block.read(start, stop), index - start)
            column += block.d
