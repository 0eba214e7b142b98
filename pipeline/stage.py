"""A stage on the command line: options from its signature, one line for a user's mistake."""

import argparse
import inspect
import json
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any, NoReturn

from features.errors import BadInput
from pipeline.store import write_json

READERS: dict[Any, Callable[[str], Any]] = {
    Path: Path,
    str: str,
    int: int,
    float: float,
    dict: json.loads,
    list: json.loads,
}


def main(function: Callable[..., int | None]) -> None:
    """Run `function` as a command: `--name VALUE` for each parameter, dict and list as JSON.

    The function returns how many images it worked on; `--timing FILE`, if given, receives that,
    with the seconds the function took and the peak memory of the process.
    """
    # A polite kill cleans up: what was half-written goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse(function)
    timing = arguments.pop("timing")
    start = time.perf_counter()
    try:
        n_images = function(**arguments)
    except (BadInput, OSError) as mistake:  # of OSError, too, the message names the file
        give_up(str(mistake))
    except (MemoryError, BrokenExecutor):  # a pool breaks where the system kills a process
        give_up("not enough memory: lower shard_size, give fewer --cores, or set image_size")
    seconds = time.perf_counter() - start
    if timing:
        spent = {"n_images": n_images, "seconds": seconds, "peak_memory_mb": peak_memory()}
        write_json(timing, spent)


def give_up(mistake: str) -> NoReturn:
    """End with one line. Snakemake buries it under its own: a copy is left for the Snakefile."""
    line = "error: " + " ".join(mistake.splitlines())
    copy = Path(os.environ.get("MISTAKES", ""))
    if copy.is_file():  # it is not where Snakemake runs on another machine
        with open(copy, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{line}\n")
    sys.exit(line)


def parse(function: Callable) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=inspect.getdoc(function))
    for name, parameter in inspect.signature(function).parameters.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=READERS[parameter.annotation], required=True)
    parser.add_argument("--timing", type=Path)
    return vars(parser.parse_args())


def peak_memory() -> float:
    """Of this process or the largest of those it started, in MiB."""
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own_peak_memory(), started) / 1024  # Linux: in KiB


def own_peak_memory() -> int:
    """getrusage begins with the memory of the process that started this one, which may be more."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
