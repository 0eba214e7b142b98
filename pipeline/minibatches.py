"""Minibatches of a matrix that need not fit into memory: every row once an epoch, shuffled."""

from collections.abc import Iterator

import numpy as np

from features.parallel import blocks
from pipeline.matrix import FeatureMatrix
from pipeline.standardizer import Standardizer

CHUNK = 64  # neighbouring rows that are read together
BUFFER = 2**29  # bytes of rows in memory at once
ROWS = 1000  # rows that are scored at once


class Minibatches:
    """Standardised training rows in random order, read from the disk through a buffer.

    Images are stored in random order, so that a chunk of neighbours is a fair sample. An epoch
    fills the buffer with random chunks, shuffles the rows in it, and goes on until all had their
    turn. How it does so depends on the size of the matrix and the seed, and on nothing else.
    """

    def __init__(
        self,
        X: FeatureMatrix,
        y: np.ndarray,
        index: np.ndarray,
        standardizer: Standardizer,
        batch_size: int,
        rng: np.random.Generator,
        map_,
    ) -> None:
        """index: int (n,), increasing: the rows to train on. map_: as in `standardizer.fit`."""
        self.X, self.y, self.index, self.standardizer = X, y, index, standardizer
        self.batch_size, self.rng, self.map = batch_size, rng, map_
        self.chunks_at_once = max(1, BUFFER // (4 * X.d * CHUNK))
        self.chunks = blocks(len(index), CHUNK)
        self.held: tuple[np.ndarray, np.ndarray] | None = None  # rows, if all fit at once

    def epoch(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield X (m, d) and y (m,) until every row was visited once."""
        order = self.rng.permutation(len(self.chunks))
        for part in blocks(len(order), self.chunks_at_once):
            X, y = self.fill(np.sort(order[part]))
            shuffled = self.rng.permutation(len(y))
            for batch in np.array_split(shuffled, -(-len(y) // self.batch_size)):
                yield X[batch], y[batch]

    def fill(self, chunks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Read and standardise the rows of some chunks (all of them only once)."""
        if self.held is not None:
            return self.held
        rows = [self.index[self.chunks[chunk]] for chunk in chunks]
        stop = np.cumsum([len(row) for row in rows])
        X = np.empty((stop[-1], self.X.d), np.float32)

        def read(row: np.ndarray, stop: int) -> None:
            self.standardizer.apply(self.X.take(row, out=X[stop - len(row) : stop]))

        list(self.map(read, rows, stop))
        filled = X, self.y[np.concatenate(rows)]
        if len(chunks) == len(self.chunks):
            self.held = filled
        return filled


def in_order(
    X: FeatureMatrix, y: np.ndarray, index: np.ndarray, standardizer: Standardizer
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Standardised rows `index` of X, and their y, ROWS at a time, to be scored."""
    for rows in blocks(len(index), ROWS):
        yield standardizer.apply(X.take(index[rows])), y[index[rows]]
