"""Work on fixed blocks, in threads: the blocks never depend on how many threads there are."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def blocks(n: int, size: int) -> list[slice]:
    """Cut range(n) into slices of `size` (the last may be shorter)."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def map_in_order(function: Callable[..., Result], items: Iterable, threads: int) -> list[Result]:
    """[function(item) for item in items], computed by `threads` threads.

    Results come back in the order of the items, so that whoever sums them up adds in the same
    order, and gets the same bits, for any number of threads.
    """
    if threads == 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
