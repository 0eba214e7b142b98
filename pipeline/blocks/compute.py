"""Compute one shard of a block: the columns of one feature, for some of the images."""

from pathlib import Path

from pipeline.blocks.columns import Block
from pipeline.blocks.shards import limits
from pipeline.runtime import stage
from pipeline.runtime.store import ArrayFile, read_arrays, write_array


def compute(
    images: Path,
    feature: str,
    settings: dict,
    stored: dict,
    view: str,
    shard: str,
    block: Path,
    state: Path | None = None,
    read: dict | None = None,
) -> int:
    """Write the features of the images of one shard, seen in one view.

    images: the file of all images. feature: a module in features/. settings: what it takes for
    every image. stored: the type of the stored numbers, as in the feature's YAML. view: see
    `views`. shard: the rows of the images, such as "0-5000". block: the file to write. state:
    the file that `fit` wrote, for a feature that is fitted. read: the settings that are paths of
    files, whose contents the feature is given.
    """
    start, stop = limits(shard)
    batch = ArrayFile(images).read(start, stop)
    contents = {name: Path(settings[name]).read_bytes() for name in read or ()}
    learned = None if state is None else read_arrays(state)
    write_array(block, Block(feature, settings, stored, learned, contents).columns(batch, view))
    return stop - start


if __name__ == "__main__":
    stage.main(compute)
