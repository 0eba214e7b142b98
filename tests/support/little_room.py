"""A disk that is full, or nearly so."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def little_room(size: int = 1000) -> Iterator[None]:
    """No file may grow beyond so many bytes: as on a full disk, a write fails in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:  # at once: what the tests print may go to a file
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
