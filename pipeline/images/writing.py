"""Decode images in several processes and write each to its row of one array."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.images.budget import limited
from pipeline.images.decoding import Frame, UndecodableError, decode
from pipeline.images.duplicates import digest
from pipeline.images.facts import Facts, Found, check_unreadable
from pipeline.images.what_is import called_otherwise
from pipeline.runtime import row_file
from pipeline.runtime.messages import shown
from pipeline.runtime.processes import map_in_processes
from pipeline.runtime.progress import progress
from pipeline.runtime.row_file import RowFile
from pipeline.sources.source import Encoded, Source

# What is sent to a process at once: enough work to be worth sending, little enough for memory.
BATCH_IMAGES = 200
BATCH_BYTES = 4 * 2**20

Named = tuple[int, str, Encoded]  # row of the array, file name, image


class UnequalSizesError(Exception):
    """Images differ in size where all must be alike; the message says two of the sizes."""


class Job(NamedTuple):
    """What all images of a run share: where they come from and go, and how they are decoded.

    size: pixels of the sides, 0 for images as they are. resize: see `decoding.Frame`. white: the
    16-bit grey value that becomes white.
    """

    data: str
    path: Path
    size: int
    resize: str
    white: int

    def frame(self) -> Frame:
        """The form that images are brought to."""
        return Frame(self.size, self.resize, self.white)


class Batch(NamedTuple):
    """Images that are sent to a process together, and what the process needs to know."""

    images: list[Named]
    frame: Frame
    rows: RowFile


def write_images(source: Source, order: np.ndarray, job: Job, threads: int) -> Facts:
    """Decode the image at position order[i] of the source and write it to row i of the array.

    The bytes are the same for any number of threads; rows of images that cannot be decoded are 0.
    Raises UnequalSizesError, and BadInput where no image can be decoded.
    """
    facts, found, frame = Facts(len(order)), source.images(order), job.frame()
    first, shape = first_decodable(found, frame, facts)
    if first is None:
        check_unreadable(job.data, facts, "refuse")
        raise BadInput(f"{shown(job.data)}: holds no images")
    file = row_file.create(job.path, len(order), shape, np.uint8)
    batches = (Batch(images, frame, file) for images in cut(chain([first], found)))
    results = map_in_processes(write_batch, batches, threads)
    for result in progress(results, len(order), "load: images", size=len):
        for each in result:
            facts.add(each)
    return facts


def first_decodable(
    found: Iterator[Named], frame: Frame, facts: Facts
) -> tuple[Named | None, tuple[int, ...]]:
    """The first image that can be decoded, and the shape of its pixels; None if there is none.

    Those before it are noted in `facts`, and not kept: they may be many.
    """
    for row, file, image in found:
        try:
            return (row, file, image), decode(image, frame).pixels.shape
        except UndecodableError as reason:
            facts.add(Found(row, file, reason=str(reason)))
    return None, ()


def cut(images: Iterable[Named]) -> Iterator[list[Named]]:
    """Divide images into lists of BATCH_IMAGES, or of fewer where they are large."""
    batch, size = [], 0
    for named in images:
        batch.append(named)
        size += named[2].nbytes if isinstance(named[2], np.ndarray) else len(named[2])
        if len(batch) == BATCH_IMAGES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def write_batch(batch: Batch) -> list[Found]:
    """Decode the images of a batch and write them to their rows; what was found of each."""
    every: list[Found] = []

    def decoded() -> Iterator[tuple[int, np.ndarray]]:
        for row, file, image in batch.images:
            try:
                one = decode(image, batch.frame)
            except UndecodableError as reason:
                every.append(Found(row, file, reason=str(reason)))
                continue
            check_shape(one.pixels.shape, batch.rows.shape)
            called = called_otherwise(file, image) if isinstance(image, bytes) else ()
            repairs = one.repairs + called
            every.append(Found(row, file, digest(one.pixels), one.size, repairs, one.peak))
            yield row, one.pixels

    with limited():  # once for all of them: it also limits what is decoded without it
        batch.rows.write(decoded())
    return every


def check_shape(shape: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    if shape != wanted:
        (rows, cols, _), (other_rows, other_cols, _) = shape, wanted
        raise UnequalSizesError(f"{other_cols} x {other_rows} and {cols} x {rows} pixels")
