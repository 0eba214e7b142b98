"""Minibatches of rows that need not fit into memory: every row once an epoch, shuffled."""

from collections.abc import Callable, Iterator

import numpy as np

from features.parallel import slices
from pipeline.blocks.precision import widen
from pipeline.classifiers.prepared import BYTES, STORED, Prepared
from pipeline.classifiers.rows import Rows, TrainingSet

CHUNK = 64  # neighbouring rows that are read together
BUFFER = 2**29  # bytes of rows in memory at once
ROWS = 256  # rows that are worked out, or scored, at once

Batch = tuple[np.ndarray, np.ndarray]  # X float32 (m, width), y int (m,)


class Minibatches:
    """Training rows in random order, read from the disk through a buffer.

    Images are stored in random order, so that a chunk of neighbours is a fair sample. An epoch
    fills the buffer with random chunks, shuffles the rows in it, and goes on until all had their
    turn. How it does so depends on the size of the matrix and the seed, and on nothing else.
    """

    def __init__(self, data: TrainingSet, batch_size: int, rng: np.random.Generator) -> None:
        """All views of the training images are trained on."""
        rows = data.rows
        index = rows.X.all_views(data.training)
        pieces = [index[piece] for piece in slices(len(index), ROWS)]
        self.prepared = Prepared(rows, pieces, data.folder, data.map_)
        self.batch_size, self.rng, self.map = batch_size, rng, data.map_
        self.chunks = slices(len(index), CHUNK)
        self.chunks_at_once = max(1, BUFFER // (BYTES * rows.width * CHUNK))
        capacity = min(len(index), self.chunks_at_once * CHUNK)
        self.buffer = np.empty((capacity, rows.width), STORED)

    def __len__(self) -> int:
        return len(self.prepared)

    def epoch(self) -> Iterator[Batch]:
        """Yield minibatches until every row was visited once."""
        order = self.rng.permutation(len(self.chunks))
        for some in slices(len(order), self.chunks_at_once):
            y = self.fill([self.chunks[chunk] for chunk in np.sort(order[some])])
            shuffled = self.rng.permutation(len(y))
            for batch in np.array_split(shuffled, -(-len(y) // self.batch_size)):
                yield widen(self.buffer, batch, self.map), y[batch]

    def fill(self, chunks: list[slice]) -> np.ndarray:
        """Read the rows of some chunks into the buffer; their classes."""
        stops = np.cumsum([chunk.stop - chunk.start for chunk in chunks])

        def read(chunk: slice, stop: int) -> None:
            start = stop - (chunk.stop - chunk.start)
            self.prepared.read(chunk.start, out=self.buffer[start:stop])

        list(self.map(read, chunks, stops))
        return np.concatenate([self.prepared.y[chunk] for chunk in chunks])


def held_out(data: TrainingSet) -> Callable[[], Iterator[Batch]]:
    """What gives the validation images' minibatches, as `in_order` does, whenever it is called."""
    rows = data.rows
    pieces = [
        rows.X.all_views(data.validation[piece]) for piece in slices(len(data.validation), ROWS)
    ]
    prepared = Prepared(rows, pieces, data.folder, data.map_)

    def batches() -> Iterator[Batch]:
        start = 0
        for piece in pieces:
            X = np.empty((len(piece), rows.width), STORED)
            prepared.read(start, out=X)
            n_images = len(piece) // len(rows.X.views)
            yield widen(X, np.arange(len(X)), data.map_), prepared.y[start : start + n_images]
            start += len(piece)

    return batches


def in_order(rows: Rows, index: np.ndarray) -> Iterator[Batch]:
    """The images of an increasing index (n,), ROWS at a time, to be scored.

    X (views * m, width) holds their rows view by view, y (m,) their classes.
    """
    for piece in slices(len(index), ROWS):
        every = rows.X.all_views(index[piece])
        X = np.empty((len(every), rows.width), np.float32)
        rows.read(every, out=X)
        yield X, rows.y[index[piece]]


def mean_of_views(scores: np.ndarray, n: int) -> np.ndarray:
    """Scores (views * n, m) of n images, view after view, averaged over the views: (n, m)."""
    return scores if len(scores) == n else scores.reshape(-1, n, scores.shape[1]).mean(axis=0)
