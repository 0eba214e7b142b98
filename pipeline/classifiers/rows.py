"""Rows of a representation as the classifiers see them: standardised and preconditioned."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from features.parallel import Map, slices
from pipeline.blocks.matrix import FeatureMatrix
from pipeline.classifiers import preconditioner, standardizer
from pipeline.classifiers.preconditioner import Preconditioner
from pipeline.classifiers.standardizer import Standardizer
from pipeline.runtime.randomness import generator


class Rows(NamedTuple):
    """Rows of a feature matrix, standardised and preconditioned whenever they are read.

    y: the classes of the images, int (n,).
    """

    X: FeatureMatrix
    y: np.ndarray
    standardizer: Standardizer
    preconditioner: Preconditioner

    @property
    def width(self) -> int:
        return self.preconditioner.width()

    def read(self, index: np.ndarray, out: np.ndarray) -> None:
        """Read the rows at an increasing index (m,), and prepare them, into out (m, width)."""
        self.standardizer.apply(self.X.take(index, out=out[:, self.width - self.X.d :]))
        self.preconditioner.apply(out)


def fit_rows(X: FeatureMatrix, y: np.ndarray, index: np.ndarray, seed: int, map_: Map) -> Rows:
    """Learn from the training images `index` how to standardise and precondition rows."""
    columns = standardizer.fit(X, X.all_views(index), map_)
    # Images are stored in random order, so the first are a fair sample.
    first = index[: preconditioner.ROWS]
    sample = np.empty((len(first), X.d), np.float32)

    def read(some: slice) -> None:
        columns.apply(X.take(first[some], out=sample[some]))

    list(map_(read, slices(len(first), preconditioner.SLICE)))
    directions = preconditioner.fit(sample, generator(seed, "preconditioner"), map_)
    return Rows(X, y, columns, directions)


def milder_rows(rows: Rows, index: np.ndarray) -> Rows:
    """The same rows, with their strongest directions shrunk only by the root of what they were.

    Shrunk in full, all directions count alike at first, and what is not linear learns the weakest,
    mostly noise, as readily as the others; not shrunk, it takes long to learn any but the
    strongest. The mean squared length of a row is 1. index: training images, to measure it on.
    """
    found = rows.preconditioner
    shrink, some = np.sqrt(found.shrink / found.scale), index[: preconditioner.ROWS]
    one = rows._replace(preconditioner=found._replace(shrink=shrink, scale=np.float32(1)))
    sample = np.empty((len(some), rows.width), np.float32)
    one.read(some, out=sample)
    square = np.einsum("md,md->", sample, sample, dtype=np.float64) / len(some)
    scale = np.float32(1 / np.sqrt(max(square, 1e-12)))
    return rows._replace(preconditioner=found._replace(shrink=shrink * scale, scale=scale))


def plain_rows(X: FeatureMatrix, y: np.ndarray, columns: Standardizer) -> Rows:
    """Rows that are standardised but not preconditioned, as trained models score them."""
    return Rows(X, y, columns, preconditioner.identity(X.d))


class TrainingSet(NamedTuple):
    """What a classifier is trained on, and what its settings are chosen by.

    training, validation: increasing indices of images. folder: where files may lie as long as the
    training runs. map_: of so many threads, see `features.parallel.mapping`. image_shape: of the
    images that rows stand for, (rows, cols, 3), where it is known.
    """

    rows: Rows
    training: np.ndarray
    validation: np.ndarray
    n_classes: int
    seed: int
    folder: Path
    map_: Map
    threads: int = 1
    image_shape: tuple[int, ...] = ()
