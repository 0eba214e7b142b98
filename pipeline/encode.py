"""Compute a fitted feature for one shard of the images."""

from functools import partial
from importlib import import_module
from pathlib import Path

from pipeline import stage
from pipeline.image_set import features_of, stored
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
    shard = ArrayFile(images).read(start, stop)
    module = import_module(f"features.{feature}")
    compute = partial(module.encode, state=read_arrays(state), **settings)
    write_array(block, stored(features_of(shard, view, compute), shard, settings["power"]))
    return stop - start


if __name__ == "__main__":
    stage.main(encode)
