"""Blocks of features on disk, as the workflow lays them out."""

from pathlib import Path

import numpy as np

from pipeline.blocks.matrix import FeatureMatrix
from pipeline.blocks.shards import limits, shard_names, shard_path
from pipeline.runtime.store import write_array


def save(folder: Path, block: np.ndarray, shard_size: int, view: str = "original") -> Path:
    for name in shard_names(len(block), shard_size):
        start, stop = limits(name)
        write_array(shard_path(folder / view, name), block[start:stop])
    return folder


def matrix(folder: Path, block: np.ndarray, shard_size: int = 50) -> FeatureMatrix:
    block = np.asarray(block, np.float32)
    return FeatureMatrix([save(folder, block, shard_size)], ["original"], len(block), shard_size)


def matrix_of_views(folder: Path, original, flipped, shard_size: int = 50) -> FeatureMatrix:
    for view, block in (("original", original), ("flipped", flipped)):
        save(folder, np.asarray(block, np.float32), shard_size, view)
    return FeatureMatrix([folder], ["original", "flipped"], len(original), shard_size)
