"""Work spread over processes: for code that holds Python's lock, where threads would queue."""

import multiprocessing
import os
import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2  # items per process that are read before their turn


def map_in_processes(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    """function(item) for each item, in order, few items in memory at a time.

    The first failure, by the order of the items, is raised; what follows it is given up.
    """
    if processes == 1:
        yield from map(function, items)
        return
    # A fork on Linux costs milliseconds where a new Python would import everything again.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    with ProcessPoolExecutor(processes, context, initializer=end_with_parent) as pool:
        pending: deque[Future[Result]] = deque()
        try:
            for item in items:
                # In one piece: the pool, which packs piece by piece in a thread of its own, would
                # leave memory in ever more fragments, of which none goes back to the system.
                pending.append(pool.submit(call, pickle.dumps((function, item))))
                if len(pending) > AHEAD * processes:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def call(packed: bytes):
    function, item = pickle.loads(packed)
    return function(item)


def end_with_parent() -> None:
    """A stage that is killed outright cannot tell its processes to stop; they find out here."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
