"""Sorting in less memory than a list of what is sorted."""

import heapq
import pickle
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TypeVar

Item = TypeVar("Item", bound=tuple)

RUN = 10_000  # items that are sorted at once
BLOCK = 20  # items of a run that are read back at once


def in_order(items: Iterable[Item]) -> Iterator[Item]:
    """The items in ascending order; those that wait for their turn lie in unnamed files."""
    left = iter(items)
    with ExitStack() as open_files:
        runs = []
        while run := sorted(islice(left, RUN)):
            runs.append(open_files.enter_context(TemporaryFile()))
            for i in range(0, len(run), BLOCK):
                pickle.dump(run[i : i + BLOCK], runs[-1])
        del run
        yield from heapq.merge(*map(read_back, runs))


def read_back(file: IO[bytes]) -> Iterator[Item]:
    file.seek(0)
    while True:
        try:
            block = pickle.load(file)
        except EOFError:
            return
        yield from block
