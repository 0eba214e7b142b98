"""Compute one shard of a block: the columns of one feature, for some of the images."""

from functools import partial
from importlib import import_module
from pathlib import Path

from pipeline.blocks.precision import narrow, stored_type
from pipeline.blocks.shards import limits
from pipeline.blocks.views import features_of
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
    module = import_module(f"features.{feature}")
    given = settings | {name: Path(settings[name]).read_bytes() for name in read or ()}
    if state is None:
        function = partial(module.extract, **given)
    else:
        function = partial(module.encode, state=read_arrays(state), **given)
    kind = stored_type(stored, settings, *batch.shape[1:3])
    advice = stored.get("overflow", "choose other settings of the feature")
    write_array(block, narrow(features_of(batch, view, function), kind, f"{feature}: {advice}"))
    return stop - start


if __name__ == "__main__":
    stage.main(compute)
