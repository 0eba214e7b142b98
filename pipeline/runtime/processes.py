"""Work spread over processes, for code that holds Python's lock: threads would only queue."""

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

AHEAD = 2  # items per process that are handed out before a result is awaited


def map_in_processes(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    """Yield function(item) for each item, in order, with few items in memory at a time.

    Raises the first exception, by the order of the items, and gives up the items that follow.
    """
    if processes == 1:
        yield from map(function, items)
        return
    # Forking, on Linux, takes milliseconds; a new Python would import every module again.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    with ProcessPoolExecutor(processes, context, initializer=end_with_parent) as pool:
        pending: deque[Future[Result]] = deque()
        try:
            for item in items:
                # Pickled here, in one piece: the pool would pickle in pieces, in a thread of its
                # own, and leave memory in ever more fragments that never go back to the system.
                pending.append(pool.submit(call, pickle.dumps((function, item))))
                if len(pending) > AHEAD * processes:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def call(packed: bytes):
    """Run a pickled function on its pickled item, in a process of the pool."""
    function, item = pickle.loads(packed)
    return function(item)


def end_with_parent() -> None:
    """Make this process of the pool end when the stage that started it has ended.

    A stage that is killed outright cannot tell its processes to stop.
    """
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
