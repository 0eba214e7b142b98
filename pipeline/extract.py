"""Compute a feature that needs no fitting, for one shard of the images."""

from importlib import import_module
from pathlib import Path

from pipeline import stage
from pipeline.image_set import look, precision
from pipeline.store import ArrayFile, write_array


def extract(
    images: Path, feature: str, settings: dict, view: str, start: int, stop: int, block: Path
) -> int:
    """Write the block's rows start..stop, of one view of the images."""
    shard = look(ArrayFile(images).read(start, stop), view)
    features = import_module(f"features.{feature}").extract(shard, **settings)
    write_array(block, features.astype(precision(shard)))
    return stop - start


if __name__ == "__main__":
    stage.main(extract)
