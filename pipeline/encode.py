"""Compute a fitted feature for one shard of the images."""

from importlib import import_module
from pathlib import Path

from pipeline import stage
from pipeline.image_set import look
from pipeline.store import read_array, read_arrays, write_array


def encode(
    images: Path,
    state: Path,
    feature: str,
    settings: dict,
    view: str,
    start: int,
    stop: int,
    block: Path,
) -> int:
    """Write the block's rows start..stop, of one view of the images."""
    shard = look(read_array(images, mmap=True)[start:stop], view)
    module = import_module(f"features.{feature}")
    write_array(block, module.encode(shard, read_arrays(state), **settings))
    return stop - start


if __name__ == "__main__":
    stage.main(encode)
