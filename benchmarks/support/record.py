"""Time ours and the peers in alternation, and keep the fastest of each in one tidy table.

Run: python -m benchmarks.record, to print the table.
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep

import numpy as np
import pandas as pd

TABLE = Path("results/benchmarks.csv")
REST = 0.2  # seconds
COLUMNS = [
    "benchmark",
    "size",
    "implementation",
    "threads",
    "seconds",
    "ratio_to_ours",
    "quality",
]


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

    seconds: of each implementation, `ours` among them; quality: of those that have one.
    """
    rows = pd.DataFrame(
        [
            (benchmark, size, name, threads, value, value / seconds["ours"], quality.get(name))
            for name, value in seconds.items()
        ],
        columns=COLUMNS,
    )
    print(shown(rows), flush=True)
    if TABLE.exists():
        earlier = pd.read_csv(TABLE)
        same = (earlier[["benchmark", "size", "threads"]] == [benchmark, size, threads]).all(
            axis=1
        )
        rows = pd.concat([frame for frame in (earlier[~same], rows) if len(frame)])
    TABLE.parent.mkdir(exist_ok=True)
    rows.to_csv(TABLE, index=False, float_format="%.7g")


def shown(rows: pd.DataFrame) -> str:
    return rows.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4g}")


if __name__ == "__main__":
    print(shown(pd.read_csv(TABLE)))
