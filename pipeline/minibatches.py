"""Minibatches of a matrix that need not fit into memory: every row once an epoch, shuffled."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from features.parallel import blocks
from pipeline import preconditioner, standardizer
from pipeline.matrix import FeatureMatrix
from pipeline.preconditioner import Preconditioner
from pipeline.randomness import generator
from pipeline.standardizer import Standardizer

CHUNK = 64  # neighbouring rows that are read together
BUFFER = 5 * 2**29  # bytes of rows in memory at once
ROWS = 1000  # rows that are scored at once
HELD = BUFFER // 8  # bytes of rows that are scored again and again and kept in memory, at most

Batch = tuple[np.ndarray, np.ndarray]  # X float32 (m, width), y int (m,)


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
    sample = columns.apply(X.take(index[: preconditioner.ROWS]))
    directions = preconditioner.fit(sample, generator(seed, "preconditioner"))
    return Rows(X, y, columns, directions)


class Minibatches:
    """Training rows in random order, read from the disk through a buffer.

    Images are stored in random order, so that a chunk of neighbours is a fair sample. An epoch
    fills the buffer with random chunks, shuffles the rows in it, and goes on until all had their
    turn. How it does so depends on the size of the matrix and the seed, and on nothing else.
    """

    def __init__(
        self, rows: Rows, index: np.ndarray, batch_size: int, rng: np.random.Generator, map_
    ) -> None:
        """index: int (n,), increasing: the images to train on, with all their views.

        map_: as in `standardizer.fit`.
        """
        index = rows.X.all_views(index)
        self.rows, self.index, self.batch_size, self.rng, self.map = (
            rows,
            index,
            batch_size,
            rng,
            map_,
        )
        self.chunks = blocks(len(index), CHUNK)
        self.chunks_at_once = max(1, BUFFER // (4 * rows.width * CHUNK))
        capacity = min(len(index), self.chunks_at_once * CHUNK)
        self.buffer = np.empty((capacity, rows.width), np.float32)
        self.held: np.ndarray | None = None  # the classes of all rows, once all are in the buffer

    def epoch(self) -> Iterator[Batch]:
        """Yield minibatches until every row was visited once."""
        order = self.rng.permutation(len(self.chunks))
        for part in blocks(len(order), self.chunks_at_once):
            y = self.fill(np.sort(order[part]))
            shuffled = self.rng.permutation(len(y))
            for batch in np.array_split(shuffled, -(-len(y) // self.batch_size)):
                yield self.buffer[batch], y[batch]

    def fill(self, chunks: np.ndarray) -> np.ndarray:
        """Read the rows of some chunks into the buffer (only once if all fit); their classes."""
        if self.held is not None:
            return self.held
        indices = [self.index[self.chunks[chunk]] for chunk in chunks]
        stops = np.cumsum([len(index) for index in indices])

        def read(index: np.ndarray, stop: int) -> None:
            self.rows.read(index, out=self.buffer[stop - len(index) : stop])

        list(self.map(read, indices, stops))
        y = self.rows.y[np.concatenate(indices) % self.rows.X.n]
        if len(chunks) == len(self.chunks):
            self.held = y
        return y


def held_out(rows: Rows, index: np.ndarray) -> Callable[[], Iterable[Batch]]:
    """What gives the images of an increasing index (n,) in order as often as it is called."""
    if 4 * len(index) * len(rows.X.views) * rows.width > HELD:
        return partial(in_order, rows, index)
    batches = list(in_order(rows, index))
    return lambda: batches


def in_order(rows: Rows, index: np.ndarray) -> Iterator[Batch]:
    """The images of an increasing index (n,), ROWS at a time, to be scored.

    X (views * m, width) holds their rows view by view, y (m,) their classes.
    """
    for part in blocks(len(index), ROWS):
        every = rows.X.all_views(index[part])
        X = np.empty((len(every), rows.width), np.float32)
        rows.read(every, out=X)
        yield X, rows.y[index[part]]


def mean_of_views(scores: np.ndarray, n: int) -> np.ndarray:
    """Scores (views * n, m) of n images, view after view, averaged over the views: (n, m)."""
    return scores if len(scores) == n else scores.reshape(-1, n, scores.shape[1]).mean(axis=0)
