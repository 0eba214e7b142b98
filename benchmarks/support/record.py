"""Time ours and the peers in alternation, and keep the fastest of each in one tidy table.

Run: python -m benchmarks.support.record, to print the table.
"""

import platform
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from time import perf_counter, sleep

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_info

TABLE = Path("results/benchmarks.csv")
CPUINFO = Path("/proc/cpuinfo")
REST = 0.2  # seconds
COLUMNS = [
    "benchmark",
    "size",
    "implementation",
    "threads",
    "seconds",
    "ratio_to_ours",
    "quality",
    "processor",
]
# Of vector extensions, narrowest first: how Linux flags them, and what they are called here.
EXTENSIONS = {
    "avx2": "avx2",
    "avx512f": "avx512",
    "avx512_bf16": "avx512_bf16",
    "amx_tile": "amx",
}


def race(runs: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """The fewest seconds of each of the named runs, which take turns so that noise hits all.

    Threads of some libraries go on waiting busily after a product: each run starts after a rest,
    or it would share its cores with them.
    """
    best = dict.fromkeys(runs, np.inf)
    for _ in range(repeats):
        for name, run in runs.items():
            sleep(REST)
            start = perf_counter()
            run()
            best[name] = min(best[name], perf_counter() - start)
    return best


def add(
    benchmark: str, size: str, threads: int, seconds: dict[str, float], quality: dict[str, float]
) -> None:
    """Print rows for one size, and put them into the table in place of earlier ones of it.

    seconds: of each implementation, `ours` among them; quality: of those that have one. The
    first call also prints what all of it ran on.
    """
    introduce()
    measured = [
        (name, threads, value, value / seconds["ours"], quality.get(name, np.nan))
        for name, value in seconds.items()
    ]
    rows = pd.DataFrame(
        [(benchmark, size, *values, processor()) for values in measured], columns=COLUMNS
    )
    print(shown(rows.drop(columns="processor")), flush=True)
    if TABLE.exists():
        earlier = pd.read_csv(TABLE)
        same = (earlier[["benchmark", "size", "threads"]] == [benchmark, size, threads]).all(
            axis=1
        )
        rows = pd.concat([frame for frame in (earlier[~same], rows) if len(frame)])
    TABLE.parent.mkdir(exist_ok=True)
    rows.to_csv(TABLE, index=False, float_format="%.7g")


@cache
def introduce() -> None:
    """Print the processor, and the library that does numpy's matrix products, once."""
    print(f"{processor()}; numpy multiplies with {blas()}", flush=True)


@cache
def processor() -> str:
    """The processor's name, and the widest of its vector extensions in brackets.

    Virtual machines often hide the name, but not the extensions.
    """
    text = CPUINFO.read_text() if CPUINFO.exists() else ""
    said = dict(re.findall(r"^(model name|flags)\s*: (.*)$", text, re.MULTILINE))
    if "model name" not in said:
        return platform.processor() or platform.machine()
    flags = said.get("flags", "").split()
    known = [name for flag, name in EXTENSIONS.items() if flag in flags]
    return f"{said['model name']} ({known[-1]})" if known else said["model name"]


def blas() -> str:
    """The BLAS library of numpy, and its kernel, which it chooses by the processor."""
    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    # A wheel of numpy brings a library of its own, and so do others; elsewhere all share one.
    own = [library for library in found if "/site-packages/numpy" in library["filepath"]]
    for library in own or found:
        words = (library.get(key) for key in ("internal_api", "version", "architecture"))
        return " ".join(word for word in words if word)
    return "an unknown library"


def shown(rows: pd.DataFrame) -> str:
    return rows.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4g}")


if __name__ == "__main__":
    print(shown(pd.read_csv(TABLE)))
