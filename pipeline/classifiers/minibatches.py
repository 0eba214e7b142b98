"""Minibatches of rows that need not fit into memory: shuffled, with every row once an epoch."""

from collections.abc import Callable, Iterator

import numpy as np

from features.parallel import slices
from pipeline.blocks.precision import widen
from pipeline.classifiers.prepared import BYTES, STORED, Prepared
from pipeline.classifiers.rows import Rows, TrainingSet

CHUNK = 64  # neighbouring rows that are read together
BUFFER = 2**29  # bytes of rows in memory at once
ROWS = 256  # rows that are prepared, or images that are scored, at once

Batch = tuple[np.ndarray, np.ndarray]  # X float32 (m, width), y int (m,)
TrainingBatch = tuple[np.ndarray, np.ndarray, np.ndarray]  # and which training rows, int (m,)


class Minibatches:
    """Training rows in random order, read from the disk through a buffer.

    Images are stored in random order, so a chunk of neighbouring rows is a fair sample. An epoch
    fills the buffer with random chunks, shuffles the rows in it, yields them as minibatches, and
    fills it again, until every row had its turn. Where all rows fit, they stay in it. The order of
    the rows depends on the size of the matrix and on the seed, and on nothing else.
    """

    def __init__(self, data: TrainingSet, batch_size: int, rng: np.random.Generator) -> None:
        """Prepare the rows of all views of the training images. rng: draws their order."""
        rows = data.rows
        index = rows.X.all_views(data.training)
        pieces = [index[piece] for piece in slices(len(index), ROWS)]
        self.prepared = Prepared(rows, pieces, data.folder, data.map_)
        self.batch_size, self.rng, self.map = batch_size, rng, data.map_
        self.chunks = slices(len(index), CHUNK)
        self.chunks_at_once = max(1, BUFFER // (BYTES * rows.width * CHUNK))
        capacity = min(len(index), self.chunks_at_once * CHUNK)
        self.buffer = np.empty((capacity, rows.width), STORED)
        self.filled = np.zeros(0, int)  # the chunks in the buffer

    def __len__(self) -> int:
        return len(self.prepared)

    def epoch(self) -> Iterator[TrainingBatch]:
        """Yield minibatches until every row was visited once."""
        order = self.rng.permutation(len(self.chunks))
        for some in slices(len(order), self.chunks_at_once):
            rows = self.fill(np.sort(order[some]))
            shuffled = self.rng.permutation(len(rows))
            for batch in np.array_split(shuffled, -(-len(rows) // self.batch_size)):
                yield self.batch(batch, rows)

    def in_turn(self) -> Iterator[TrainingBatch]:
        """Yield every row once, in the order in which they are stored, ROWS of them at a time."""
        for some in slices(len(self.chunks), self.chunks_at_once):
            rows = self.fill(np.arange(len(self.chunks))[some])
            for piece in slices(len(rows), ROWS):
                yield self.batch(np.arange(len(rows))[piece], rows)

    def batch(self, places: np.ndarray, rows: np.ndarray) -> TrainingBatch:
        """What is at some places of the buffer. rows: the number of the training row at each."""
        return widen(self.buffer, places, self.map), self.prepared.y[rows[places]], rows[places]

    def fill(self, some: np.ndarray) -> np.ndarray:
        """Have the rows of some chunks in the buffer, and return which rows they are."""
        chunks = [self.chunks[chunk] for chunk in some]
        stops = np.cumsum([chunk.stop - chunk.start for chunk in chunks])

        def read(chunk: slice, stop: int) -> None:
            start = stop - (chunk.stop - chunk.start)
            self.prepared.read(chunk.start, out=self.buffer[start:stop])

        if not np.array_equal(some, self.filled):  # where all rows fit, they are there for good
            self.filled = np.zeros(0, int)
            list(self.map(read, chunks, stops))
            self.filled = some
        return np.concatenate([np.arange(chunk.start, chunk.stop) for chunk in chunks])


def held_out(data: TrainingSet) -> Callable[[], Iterator[Batch]]:
    """Return a function that yields the validation images' minibatches whenever it is called.

    Minibatches are as in `in_order`. The rows are prepared once, and kept on the disk.
    """
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
    """Yield the images at an increasing index (n,) as minibatches (X, y) to be scored.

    X (views * m, width) holds the rows of m images view by view, y (m,) their classes. m is ROWS,
    or less at the end.
    """
    for piece in slices(len(index), ROWS):
        every = rows.X.all_views(index[piece])
        X = np.empty((len(every), rows.width), np.float32)
        rows.read(every, out=X)
        yield X, rows.y[index[piece]]


def mean_of_views(scores: np.ndarray, n: int) -> np.ndarray:
    """Average the scores (views * n, m) of n images, view after view, over the views: (n, m)."""
    return scores if len(scores) == n else scores.reshape(-1, n, scores.shape[1]).mean(axis=0)
