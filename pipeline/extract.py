"""Compute a feature that needs no fitting, for one shard of the images."""

from functools import partial
from importlib import import_module
from pathlib import Path

from pipeline import stage
from pipeline.image_set import features_of, stored
from pipeline.store import ArrayFile, write_array


def extract(
    images: Path, feature: str, settings: dict, view: str, start: int, stop: int, block: Path
) -> int:
    """Write the block's rows start..stop, of one view of the images."""
    shard = ArrayFile(images).read(start, stop)
    compute = partial(import_module(f"features.{feature}").extract, **settings)
    write_array(block, stored(features_of(shard, view, compute), shard, power=0))
    return stop - start


if __name__ == "__main__":
    stage.main(extract)
