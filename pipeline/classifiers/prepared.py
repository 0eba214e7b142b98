"""Prepared rows: standardised and preconditioned once, then kept on the disk."""

import os
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np

from features.parallel import Map
from pipeline.classifiers.rows import Rows
from pipeline.runtime.row_file import reserve
from pipeline.runtime.store import naming

STORED = np.float16
BYTES = 2  # of one such number


class Prepared:
    """Prepared rows in a file on the disk.

    Reading them back, in every epoch where not all fit into memory, takes less time than preparing
    them anew. They are in half precision, as features are, which is finer than their own noise.
    The file has no name, and is gone when the process ends, however it ends.
    """

    def __init__(self, rows: Rows, pieces: list[np.ndarray], folder: Path, map_: Map) -> None:
        """Prepare rows and write them to a file in `folder`.

        pieces: increasing indices (m,); the rows of each are prepared together, and the pieces
        are stored one after the other. Raises OSError where the disk has no room.
        """
        self.width = rows.width
        self.y = rows.y[np.concatenate(pieces) % rows.X.n]
        folder.mkdir(parents=True, exist_ok=True)
        self.file = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed with this object
        stops = np.cumsum([len(index) for index in pieces])

        def write(index: np.ndarray, stop: int) -> None:
            piece = np.empty((len(index), self.width), np.float32)
            rows.read(index, out=piece)
            self.write(piece.astype(STORED), stop - len(index))

        with naming(folder):
            reserve(self.file.fileno(), BYTES * self.width * len(self.y))
            list(map_(write, pieces, stops))

    def __len__(self) -> int:
        return len(self.y)

    def write(self, piece: np.ndarray, start: int) -> None:
        """Write rows, STORED (m, width), as the file's rows from `start` on."""
        left, position = piece.data.cast("B"), BYTES * self.width * start
        while len(left):  # the system may write less than it is given
            done = os.pwrite(self.file.fileno(), left, position)
            left, position = left[done:], position + done

    def read(self, start: int, out: np.ndarray) -> None:
        """Read the file's rows from `start` on into out, STORED (m, width).

        Plain reads: the pages of a memory map would count as memory in use.
        """
        left, position = out.data.cast("B"), BYTES * self.width * start
        while len(left):
            done = os.preadv(self.file.fileno(), [left], position)
            if not done:
                raise OSError("rows that were stored are gone")
            left, position = left[done:], position + done
