"""One thread for each BLAS call, in a process that had loaded NumPy before this project."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

# The functions of OpenBLAS that get and set the number of threads, as NumPy's own wheels name
# them, and as systems do.
NAMES = [
    f"{before}openblas_{{}}_num_threads{after}"
    for before in ("scipy_", "")
    for after in ("64_", "")
]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let each call have one thread, as in the stages: last bits depend on it (see `pipeline`).

    The variables that say so are read when NumPy is loaded. Who imports this project later, such
    as in a notebook, gets the same by this; other libraries than OpenBLAS stay as they are.
    """
    found = functions()
    before = [get() for get, _ in found]
    try:
        for _, set_ in found:
            set_(1)
        yield
    finally:
        for (_, set_), n in zip(found, before, strict=True):
            set_(n)


@cache
def functions() -> list[tuple[Callable[[], int], Callable[[int], None]]]:
    """The functions of each OpenBLAS that this process has loaded (on Linux)."""
    found, maps = [], Path("/proc/self/maps")
    lines = maps.read_text(errors="replace").splitlines() if maps.exists() else []
    for path in dict.fromkeys(line.split(maxsplit=5)[-1] for line in lines if "openblas" in line):
        with suppress(OSError):
            library = ctypes.CDLL(path)
            for name in NAMES:
                if hasattr(library, name.format("set")):
                    pair = (
                        getattr(library, name.format("get")),
                        getattr(library, name.format("set")),
                    )
                    found.append(pair)
                    break
    return found
