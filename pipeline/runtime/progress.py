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
    """Yield `items`, and print "`what`: 30,000 of 60,000, 25 s left" every few seconds.

    What is left is told from what the things took that are done. A loop that ends before the first
    line is due prints nothing. Where an item stands for several things at once, `size(item)` says
    how many: `progress(batches, n_images, "load", len)`.
    """
    begin = time.monotonic()
    due = begin + SECONDS_BETWEEN_LINES
    done = 0
    for item in items:
        yield item
        done += size(item)
        now = time.monotonic()
        if now >= due:
            left = duration((now - begin) / max(done, 1) * max(total - done, 0))
            print(f"{what}: {done:,} of {total:,}, {left} left", file=sys.stderr, flush=True)
            due = now + SECONDS_BETWEEN_LINES


def duration(seconds: float) -> str:
    """A time as people say it: seconds up to two minutes, then minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
