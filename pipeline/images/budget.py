"""How much one image may hold and may take to unpack: MAX_PIXELS, and 1 GB of memory.

Sizes that a file declares are checked before anything is unpacked. What they do not tell, such as
a strip that unpacks to more than its image has room for, meets a limit on the address space of the
process, where the system has one (Linux).
"""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.images.undecodable import UndecodableError

MAX_PIXELS = 89_478_485  # Pillow's own limit: a small file with more is likely to be a trap
MAX_BYTES = 2**30  # that the process may take for an image, all copies together
TOO_MUCH = "needs more than 1 GB to unpack"
PAGE = resource.getpagesize()

is_limited = False  # whether `limited` is at work


def check_pixels(cols: int, rows: int) -> None:
    if cols * rows > MAX_PIXELS:
        raise UndecodableError(f"{cols} x {rows}, more than {MAX_PIXELS:,} pixels")


def check_bytes(size: int) -> None:
    if size > MAX_BYTES:
        raise UndecodableError(TOO_MUCH)


@contextmanager
def limited() -> Iterator[None]:
    """Let the process take MAX_BYTES more than it has, and no more: what does raises MemoryError.

    Costs some microseconds, so around many images it may be called once: calls inside it do
    nothing.
    """
    global is_limited
    if is_limited or sys.platform != "linux":
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    limits = [limit for limit in before if limit != resource.RLIM_INFINITY]
    most = min([address_space() + MAX_BYTES, *limits])
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    is_limited = True
    try:
        yield
    finally:
        is_limited = False
        resource.setrlimit(resource.RLIMIT_AS, before)


def address_space() -> int:
    """The size of this process's address space in bytes, on Linux."""
    file = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(file, 64).split(b" ", 1)[0]) * PAGE
    finally:
        os.close(file)
