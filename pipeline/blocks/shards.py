"""Shards: a block of feature columns on the disk, cut into files of `shard_size` images each."""

from pathlib import Path

import numpy as np

from pipeline.runtime.store import ArrayFile


def shard_names(n: int, shard_size: int) -> list[str]:
    """Names of the shards of n images: the rows from..to, so that no two shardings mix."""
    starts = range(0, n, shard_size)
    return [f"{start}-{min(start + shard_size, n)}" for start in starts]


def limits(name: str) -> tuple[int, int]:
    """The rows start..stop of a shard."""
    start, stop = name.split("-")
    return int(start), int(stop)


def shard_path(folder: Path | str, name: str) -> Path:
    return Path(folder, f"{name}.npy")


class ShardedBlock:
    """One feature block, (n, d) numbers in the files of a folder, read row by row range."""

    def __init__(self, folder: Path, n: int, shard_size: int) -> None:
        self.shard_size = shard_size
        names = shard_names(n, shard_size)
        self.shards = [ArrayFile(shard_path(folder, name)) for name in names]
        self.d = self.shards[0].shape[1]

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows start..stop, as they are stored."""
        found = []
        for shard in range(start // self.shard_size, (stop - 1) // self.shard_size + 1):
            first = shard * self.shard_size
            inside = max(start - first, 0), min(stop - first, self.shard_size)
            found.append(self.shards[shard].read(*inside))
        return found[0] if len(found) == 1 else np.concatenate(found)
