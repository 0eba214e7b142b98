"""Rows as the classifiers see them: standardised and preconditioned, worked out once."""

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

import numpy as np

from features.parallel import blocks
from pipeline import preconditioner, standardizer
from pipeline.matrix import FeatureMatrix
from pipeline.preconditioner import Preconditioner
from pipeline.randomness import generator
from pipeline.rows import reserve
from pipeline.standardizer import Standardizer
from pipeline.store import naming

STORED = np.float16
BYTES = 2  # of it


class Rows(NamedTuple):
    """Rows of a matrix as the classifiers see them, with the classes y (n,) of the images."""

    X: FeatureMatrix
    y: np.ndarray
    standardizer: Standardizer
    preconditioner: Preconditioner

    @property
    def width(self) -> int:
        return self.preconditioner.width()

    def read(self, index: np.ndarray, out: np.ndarray) -> None:
        """Standardised, preconditioned rows of an increasing index (m,), into out (m, width)."""
        self.standardizer.apply(self.X.take(index, out=out[:, self.width - self.X.d :]))
        self.preconditioner.apply(out)


def fit_rows(X: FeatureMatrix, y: np.ndarray, index: np.ndarray, seed: int, map_) -> Rows:
    """Learn from the training rows `index` how to standardise and precondition."""
    columns = standardizer.fit(X, X.all_views(index), map_)
    # Images are in random order: the first are a fair sample.
    first = index[: preconditioner.ROWS]
    sample = np.empty((len(first), X.d), np.float32)

    def read(rows: slice) -> None:
        columns.apply(X.take(first[rows], out=sample[rows]))

    list(map_(read, blocks(len(first), preconditioner.BLOCK)))
    directions = preconditioner.fit(sample, generator(seed, "preconditioner"), map_)
    return Rows(X, y, columns, directions)


class Prepared:
    """Rows kept on the disk: every epoch reads them back for less than it takes to prepare them.

    Stored in half precision, as features are: more than their own noise.
    Their file has no name, and is gone with the process, however that ends.
    """

    def __init__(self, rows: Rows, parts: list[np.ndarray], folder: Path, map_) -> None:
        """parts: increasing indices (m,), whose rows are worked out together and stored in turn.

        map_: as in `standardizer.fit`. Raises OSError where the disk has no room.
        """
        self.width = rows.width
        self.y = rows.y[np.concatenate(parts) % rows.X.n]
        folder.mkdir(parents=True, exist_ok=True)
        self.file = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed with this object
        stops = np.cumsum([len(index) for index in parts])

        def write(index: np.ndarray, stop: int) -> None:
            block = np.empty((len(index), self.width), np.float32)
            rows.read(index, out=block)
            self.write(block.astype(STORED), stop - len(index))

        with naming(folder):
            reserve(self.file.fileno(), BYTES * self.width * len(self.y))
            list(map_(write, parts, stops))

    def __len__(self) -> int:
        return len(self.y)

    def write(self, block: np.ndarray, start: int) -> None:
        left, position = block.data.cast("B"), BYTES * self.width * start
        while len(left):  # a system may take less than it is given
            done = os.pwrite(self.file.fileno(), left, position)
            left, position = left[done:], position + done

    def read(self, start: int, out: np.ndarray) -> None:
        """Rows start.. into out, STORED (m, width). Plain reads: a map would count as memory."""
        left, position = out.data.cast("B"), BYTES * self.width * start
        while len(left):
            done = os.preadv(self.file.fileno(), [left], position)
            if not done:
                raise OSError("rows that were stored are gone")
            left, position = left[done:], position + done
