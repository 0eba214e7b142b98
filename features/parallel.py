"""Work cut into slices of fixed size and spread over threads.

Slices, and so results, do not depend on the number of threads.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

# The type of the built-in `map` and of the `map` of a thread pool: each calls a function for every
# item (of several lists: for every set of items), and gives the results in order.
Map = Callable[..., Iterable[Any]]


def slices(n: int, size: int) -> list[slice]:
    """Cut range(n) into slices of `size` (the last may be shorter)."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


@contextmanager
def mapping(threads: int) -> Iterator[Map]:
    """The `map` of a pool of `threads` threads; of one, `map` itself: it need not wait."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def map_in_order(function: Callable[..., Result], items: Iterable, threads: int) -> list[Result]:
    """[function(item) for item in items], computed by `threads` threads.

    Results come back in the order of the items, so that sums over them are added in the same
    order, and have the same bits, for any number of threads.
    """
    with mapping(threads) as map_:
        return list(map_(function, items))
