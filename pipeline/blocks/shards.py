"""Shards: the files that a block of feature columns is stored in, `shard_size` images each."""

from pathlib import Path

import numpy as np

from pipeline.runtime.store import ArrayFile


def shard_names(n: int, shard_size: int) -> list[str]:
    """The names of the shards of n images: their rows, such as "0-5000" (without row 5000).

    As both ends are in the name, shards of different sizes never get mixed up.
    """
    starts = range(0, n, shard_size)
    return [f"{start}-{min(start + shard_size, n)}" for start in starts]


def limits(name: str) -> tuple[int, int]:
    """The rows start..stop (without stop) that a shard's name stands for."""
    start, stop = name.split("-")
    return int(start), int(stop)


def shard_path(folder: Path | str, name: str) -> Path:
    return Path(folder, f"{name}.npy")


class ShardedBlock:
    """One block, (n, d) numbers in a folder of shards, of which any slice of rows can be read."""

    def __init__(self, folder: Path, n: int, shard_size: int) -> None:
        self.shard_size = shard_size
        names = shard_names(n, shard_size)
        self.shards = [ArrayFile(shard_path(folder, name)) for name in names]
        self.d = self.shards[0].shape[1]

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows start..stop (without stop), in the type that they are stored in."""
        found = []
        for shard in range(start // self.shard_size, (stop - 1) // self.shard_size + 1):
            first = shard * self.shard_size
            inside = max(start - first, 0), min(stop - first, self.shard_size)
            found.append(self.shards[shard].read(*inside))
        return found[0] if len(found) == 1 else np.concatenate(found)
