"""Compute a fitted feature for one shard of the images."""

from importlib import import_module
from pathlib import Path

from pipeline import stage
from pipeline.image_set import look, precision
from pipeline.store import ArrayFile, read_arrays, write_array


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
    shard = look(ArrayFile(images).read(start, stop), view)
    features = import_module(f"features.{feature}").encode(shard, read_arrays(state), **settings)
    write_array(block, features.astype(precision(shard)))
    return stop - start


if __name__ == "__main__":
    stage.main(encode)
