"""Lines on standard error that say how far a long loop has come."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

SECONDS_BETWEEN_LINES = 5.0


def progress(
    items: Iterable[Item], total: int, what: str, size: Callable[[Item], int] = lambda item: 1
) -> Iterator[Item]:
    """Yield `items`; while they run, print "`what`: 30,000 of 60,000" every few seconds.

    A loop that ends before the first line is due prints nothing. Where an item stands for several
    things at once, `size(item)` says how many: `progress(batches, n_images, "load", len)`.
    """
    due = time.monotonic() + SECONDS_BETWEEN_LINES
    done = 0
    for item in items:
        yield item
        done += size(item)
        if time.monotonic() >= due:
            print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)
            due = time.monotonic() + SECONDS_BETWEEN_LINES
