"""A representation on disk: blocks side by side, each cut into shards of `shard_size` images."""

from pathlib import Path

import numpy as np

from pipeline.half import widen
from pipeline.store import ArrayFile


def shard_path(folder: Path | str, start: int, stop: int) -> Path:
    """The file of a block's rows start..stop; named by them, so that no two shardings mix."""
    return Path(folder) / f"{start}-{stop}.npy"


def shard_ranges(n: int, shard_size: int) -> list[tuple[int, int]]:
    return [(start, min(start + shard_size, n)) for start in range(0, n, shard_size)]


class ShardedBlock:
    """One feature block, (n, d) numbers in the files of a folder, read row by row range."""

    def __init__(self, folder: Path, n: int, shard_size: int) -> None:
        self.shard_size = shard_size
        ranges = shard_ranges(n, shard_size)
        self.shards = [ArrayFile(shard_path(folder, *limits)) for limits in ranges]
        self.d = self.shards[0].shape[1]

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows start..stop, as they are stored."""
        parts = []
        for shard in range(start // self.shard_size, (stop - 1) // self.shard_size + 1):
            first = shard * self.shard_size
            limits = max(start - first, 0), min(stop - first, self.shard_size)
            parts.append(self.shards[shard].read(*limits))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


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
