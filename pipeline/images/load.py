"""Load the images of a source into one array, in a random order that the seed fixes.

A table of labels in the same order is written beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.images.decoding import UndecodableError, decode
from pipeline.images.labels import write_labels
from pipeline.runtime import row_file, stage
from pipeline.runtime.messages import shown
from pipeline.runtime.processes import map_in_processes
from pipeline.runtime.progress import progress
from pipeline.runtime.randomness import generator
from pipeline.runtime.row_file import RowFile
from pipeline.runtime.store import whole, write_json
from pipeline.sources.registry import open_source
from pipeline.sources.source import Encoded, Source

# What is sent to a process at once: enough work to be worth sending, little enough for memory.
BATCH_IMAGES = 200
BATCH_BYTES = 4 * 2**20


def load(
    data: str,
    image_size: int,
    seed: int,
    threads: int,
    images: Path,
    labels: Path,
    classes: Path,
    checksum: Path,
) -> int:
    """Decode all images of `data`, the name of a source or the path of a folder or archive.

    Writes images: uint8 (n, rows, cols, 3) in random order, so that any slice of them is a fair
    sample; labels: one line per image in that order; classes: their names; checksum: the digest
    of the data. With `image_size` 0 all images must be of one size; otherwise the largest centred
    square of each is scaled to it. Returns n. Raises BadInput, and then leaves no file.
    """
    source = open_source(data, seed)
    positions = np.arange(source.n, dtype=np.int32)
    order = generator(seed, "order of images").permutation(positions)
    with whole(images) as partial:
        write_images(source, order, Reading(data, image_size, partial), threads)
        write_labels(labels, source.records(order))
        write_json(classes, list(map(shown, source.classes)))
        write_json(
            checksum, {"data": Path(data).name, "n_images": source.n, "sha256": source.sha256()}
        )
    return source.n


@dataclass(frozen=True)
class Reading:
    """What all images of a run share: where they come from, their size, and where they go."""

    data: str
    image_size: int
    path: Path

    def pixels(self, file: str, image: Encoded) -> np.ndarray:
        try:
            return decode(image, self.image_size)
        except UndecodableError as reason:
            raise BadInput(
                f"{self.data}: the image {shown(file)} cannot be read ({reason}): replace it or "
                "remove it"
            ) from None


@dataclass(frozen=True)
class Batch:
    """Images that are sent to a process together, each as (row of the array, file name, image)."""

    images: list[tuple[int, str, Encoded]]
    first: str
    """The file whose size all images must have."""
    reading: Reading
    rows: RowFile


def write_images(source: Source, order: np.ndarray, reading: Reading, threads: int) -> None:
    """Decode the image at position order[i] of the source and write it to row i of the array.

    The bytes are the same for any number of threads.
    """
    found = source.images(order)
    row, first, image = next(found)
    file = row_file.create(reading.path, len(order), reading.pixels(first, image).shape, np.uint8)
    named = chain([(row, first, image)], found)
    batches = (Batch(images, first, reading, file) for images in cut(named))
    written = map_in_processes(write_batch, batches, threads)
    for _ in progress(written, len(order), "load: images", size=int):
        pass


def cut(images: Iterable[tuple[int, str, Encoded]]) -> Iterator[list[tuple[int, str, Encoded]]]:
    """Divide images into lists of BATCH_IMAGES, or of fewer where they are large."""
    batch, size = [], 0
    for row, file, image in images:
        batch.append((row, file, image))
        size += image.nbytes if isinstance(image, np.ndarray) else len(image)
        if len(batch) == BATCH_IMAGES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def write_batch(batch: Batch) -> int:
    """Decode the images of a batch and write them to their rows. Returns how many they are."""

    def decoded() -> Iterator[tuple[int, np.ndarray]]:
        for row, file, image in batch.images:
            pixels = batch.reading.pixels(file, image)
            check_shape(batch, file, pixels.shape)
            yield row, pixels

    batch.rows.write(decoded())
    return len(batch.images)


def check_shape(batch: Batch, file: str, shape: tuple[int, ...]) -> None:
    if shape != batch.rows.shape:
        rows, cols, _ = shape
        first_rows, first_cols, _ = batch.rows.shape
        raise BadInput(
            f"{batch.reading.data}: images differ in size: {shown(batch.first)} has "
            f"{first_cols} x {first_rows} pixels, {shown(file)} {cols} x {rows}: set "
            "image_size in the config, and all are cropped to squares and scaled to it"
        )


if __name__ == "__main__":
    stage.main(load)
