"""External merge sort, for lists that are too long for memory."""

import heapq
import os
import pickle
from collections.abc import Iterable, Iterator
from itertools import islice
from tempfile import TemporaryFile, gettempdir
from typing import IO, TypeVar

from features.parallel import slices
from pipeline.runtime.store import naming

Item = TypeVar("Item", bound=tuple)

RUN = 10_000  # items that are sorted in memory at once
SLICE = 100  # items of a sorted run that are read back at once


def in_order(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items in ascending order.

    They are sorted in runs, which wait in an unnamed temporary file and are then merged.
    """
    left = iter(items)
    with naming(gettempdir()), TemporaryFile() as file:
        runs = []
        while run := sorted(islice(left, RUN)):
            runs.append([write(file, run[part]) for part in slices(len(run), SLICE)])
        file.flush()
        yield from heapq.merge(*(read_back(file, places) for places in runs))


def write(file: IO[bytes], items: list[Item]) -> tuple[int, int]:
    """Append the items to the file. Returns where they start, and how many bytes they take."""
    start = file.tell()
    return start, file.write(pickle.dumps(items))


def read_back(file: IO[bytes], places: list[tuple[int, int]]) -> Iterator[Item]:
    for start, size in places:
        yield from pickle.loads(os.pread(file.fileno(), size, start))
