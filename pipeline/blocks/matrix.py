"""A representation on disk: blocks of feature columns side by side, one row per image and view."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.blocks.precision import widen
from pipeline.blocks.shards import ShardedBlock
from pipeline.images.labels import read_labels
from pipeline.runtime.store import read_array, read_json


@dataclass(frozen=True)
class Representation:
    """Where a representation lies, and what is known of its images; read from a stage's options.

    blocks: a folder for each block, with a folder of shards for each of the views in it. labels,
    classes, parts: files, see `load` and `split`.
    """

    name: str
    blocks: list
    views: list
    shard_size: int
    labels: Path
    classes: Path
    parts: Path

    def matrix(self, n_views: int | None = None) -> "FeatureMatrix":
        """Its rows for the first of the views, or for all of them."""
        n = len(self.part())
        return FeatureMatrix(self.blocks, self.views[:n_views], n, self.shard_size)

    def y(self) -> np.ndarray:
        """The class of each image, int32 (n,)."""
        return read_labels(self.labels).label

    def part(self) -> np.ndarray:
        """TRAIN, VALIDATION or TEST for each image, int8 (n,)."""
        return read_array(self.parts)

    def class_names(self) -> list[str]:
        return read_json(self.classes)


class FeatureMatrix:
    """A representation of n images: float32 (n * views, d), its blocks' columns side by side.

    Row i + n is the second view of the image that row i is the first view of, and so on.
    """

    def __init__(self, folders: list, views: list, n: int, shard_size: int) -> None:
        """folders: one for each block, with a folder for each view in it."""
        self.views = [
            [ShardedBlock(Path(folder) / view, n, shard_size) for folder in folders]
            for view in views
        ]
        self.n = n
        self.widths = [block.d for block in self.views[0]]
        self.d = sum(self.widths)

    def all_views(self, index: np.ndarray) -> np.ndarray:
        """The rows of all views of the images `index` (m,): int (views * m,)."""
        return np.concatenate([index + self.n * view for view in range(len(self.views))])

    def take(self, index: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Rows of an increasing index (m,), read as one stretch of the disk; float32 (m, d)."""
        X = np.empty((len(index), self.d), np.float32) if out is None else out
        for view, blocks in enumerate(self.views):
            inside = slice(*np.searchsorted(index, [view * self.n, (view + 1) * self.n]))
            if inside.start < inside.stop:
                self.read(blocks, index[inside] - view * self.n, X[inside])
        return X

    def read(self, blocks: list[ShardedBlock], index: np.ndarray, out: np.ndarray) -> None:
        start, stop = int(index[0]), int(index[-1]) + 1
        column = 0
        for block in blocks:
            out[:, column : column + block.d] = widen(block.read(start, stop), index - start)
            column += block.d
