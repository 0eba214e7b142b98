"""Sorting in less memory than a list of what is sorted."""

import heapq
import pickle
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

Item = TypeVar("Item", bound=tuple)

RUN = 30_000  # items that are sorted at once
BLOCK = 100  # items of a run that are unpacked at once


def in_order(items: Iterable[Item]) -> Iterator[Item]:
    """The items in ascending order. Paths that wait for their turn take a few bytes each."""
    left = iter(items)
    runs = []
    while run := sorted(islice(left, RUN)):
        runs.append([pack(run[i : i + BLOCK]) for i in range(0, len(run), BLOCK)])
    return heapq.merge(*(chain.from_iterable(map(unpack, run)) for run in runs))


def pack(items: list[Item]) -> bytes:
    return zlib.compress(pickle.dumps(items), level=1)


def unpack(block: bytes) -> list[Item]:
    return pickle.loads(zlib.decompress(block))
