"""The processor, and the code that numpy and scipy picked for it to multiply matrices with.

The last bits of a product depend on both: they say why tables of two machines can differ.
"""

import ctypes
import platform
import re
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np

CPUINFO = Path("/proc/cpuinfo")
# What OpenBLAS calls its function for the name of its kernels, in several builds.
CORE_NAMES = (
    "scipy_openblas_get_corename64_",
    "scipy_openblas_get_corename",
    "openblas_get_corename",
)


def processor() -> str:
    """The name of the processor, such as "Intel(R) Xeon(R) Platinum 8480+"; else its kind."""
    with suppress(OSError):
        text = CPUINFO.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"^model name[ \t]*:[ \t]*(\S.*)$", text, re.MULTILINE)
        if found:
            return " ".join(found[1].split())
    return platform.processor() or platform.machine() or "unknown"


def machine() -> dict[str, object]:
    """What the last bits of results depend on beside the code and the versions of packages.

    blas: the library that numpy was built with; kernels: which of its code for different
    processors numpy and scipy use, such as "SkylakeX". simd: the wide instructions that numpy
    found beside those that every processor of the architecture has. What cannot be found out is
    "unknown", or left out of simd.
    """
    library, simd = {}, []
    with suppress(Exception):  # numpy promises nothing of what is in it
        shown: dict = np.show_config(mode="dicts")  # type: ignore[assignment, call-overload]
        library = dict(shown["Build Dependencies"]["blas"])
        simd = list(map(str, shown["SIMD Extensions"].get("found", ())))
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": processor(),
        "simd": simd,
        "blas": {
            "name": str(library.get("name", "unknown")),
            "version": str(library.get("version", "unknown")),
            "kernels": kernels("numpy"),
            "kernels_of_scipy": kernels("scipy"),
        },
    }


def kernels(package: str) -> str:
    """The kernels that the OpenBLAS inside a package has picked; "unknown" where there is none."""
    for file in bundled(package):
        with suppress(OSError, ValueError):  # such as a library that cannot be loaded alone
            library = ctypes.CDLL(str(file))
            for name in CORE_NAMES:
                if hasattr(library, name):
                    ask = getattr(library, name)
                    ask.argtypes, ask.restype = [], ctypes.c_char_p
                    return (ask() or b"unknown").decode(errors="replace")
    return "unknown"


def bundled(package: str) -> list[Path]:
    """The files of OpenBLAS that lie beside a package, as its wheels have them."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent
    places = (folder.with_name(f"{package}.libs"), folder / ".dylibs")
    return sorted(file for place in places for file in place.glob("*openblas*"))
