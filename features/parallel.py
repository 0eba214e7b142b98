"""Work cut into slices of fixed size, for threads: how many there are changes no slice."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")

# Calls a function for each item, or each set of items, and gives the results in their order: the
# built-in `map`, or the `map` of a pool of threads.
Map = Callable[..., Iterable[Any]]


def slices(n: int, size: int) -> list[slice]:
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
