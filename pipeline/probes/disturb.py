"""Score the trained models, which are not trained again, on disturbed test images."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.parallel import Map, mapping, slices
from pipeline.images.labels import read_labels
from pipeline.images.parts import TEST, members
from pipeline.prediction.chain import Chain, Columns, columns_of
from pipeline.prediction.trained import read_block, read_chain
from pipeline.probes.disturbances import Disturbance, named
from pipeline.runtime import stage
from pipeline.runtime.progress import progress
from pipeline.runtime.store import ArrayFile, read_array, write_csv

COLUMNS = ("disturbance", "amount", "representation", "classifier", "seed", "n", "accuracy")
AT_ONCE = 256  # images, at most, that are in memory with all their columns
BYTES = 2**27  # of their pixels, at most


def disturb(
    images: Path,
    labels: Path,
    parts: Path,
    disturbance: str,
    blocks: dict,
    representations: list,
    views: list,
    model: str,
    classifiers: dict,
    seed: int,
    threads: int,
    record: Path,
) -> int:
    """Write a row (COLUMNS) for each representation and classifier: accuracy on all test images.

    images, labels, parts: files that `load` and `split` wrote. disturbance: its key, see
    `disturbances`. blocks: by name, as `recipes.block` describes them; each is computed once.
    representations: of each its name and blocks. model: the pattern of the models' files.
    classifiers: by representation, of each its name and module. record: the file to write.
    """
    pixels, test = ArrayFile(images), members(read_array(parts), TEST)
    y, how = read_labels(labels).label[test], named(disturbance)
    read = {name: read_block(described) for name, described in blocks.items()}
    chains: dict[tuple[str, str], Chain] = {}
    for name, mine in representations:
        file = model.replace("{representation}", name)
        recipe = {"blocks": {each: blocks[each] for each in mine}, "views": views, "model": file}
        for each in classifiers[name]:
            chains[name, each["name"]] = read_chain(recipe, each, read)
    right = dict.fromkeys(chains, 0)
    with mapping(threads) as map_:
        columns = seen(pixels, test, how, read, views, map_)
        for some, found in progress(columns, len(test), f"invariance: {how.words}", size):
            for key, chain in chains.items():
                guess = chain.scores_of(found).argmax(axis=1)
                right[key] += int((guess == y[some]).sum())
    amount = "" if how.amount is None else how.amount
    rows = [(how.name, amount, *key, seed, len(test), n / len(test)) for key, n in right.items()]
    write_csv(record, COLUMNS, rows)
    return len(test)


def seen(
    pixels: ArrayFile, test: np.ndarray, how: Disturbance, blocks: dict, views: list, map_: Map
) -> Iterator[tuple[slice, Columns]]:
    """Slices of the test images, and the columns of all blocks of what they were made into."""
    for some in slices(len(test), max(1, min(AT_ONCE, BYTES // pixels.row_size))):
        index = test[some]
        start = int(index[0])
        batch = pixels.read(start, int(index[-1]) + 1)[index - start]
        made = np.ascontiguousarray(how.of(batch, index))
        yield some, columns_of(blocks, views, made, map_)


def size(item: tuple[slice, Columns]) -> int:
    return item[0].stop - item[0].start


if __name__ == "__main__":
    stage.main(disturb)
