"""Run a stage as a command: options from its function's signature, one line for a mistake."""

import argparse
import inspect
import json
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

from features.errors import BadInput
from pipeline.runtime.messages import Tee, give_up
from pipeline.runtime.store import write_json

READERS: dict[Any, Callable[[str], Any]] = {
    Path: Path,
    Path | None: Path,
    str: str,
    int: int,
    int | None: int,
    bool: json.loads,
    float: float,
    float | None: float,
    dict: json.loads,
    dict | None: json.loads,
    list: json.loads,
    list | None: json.loads,
}


def main(function: Callable[..., int | None]) -> None:
    """Run `function` as a command, with an option `--name VALUE` for each of its parameters.

    Lists, dicts and dataclasses are given as JSON. The function returns how many images it worked
    on. Every stage also takes

    --timing FILE    receives, as JSON, this number, the seconds that the function took, and the
                     peak memory in MiB
    --log FILE       receives a copy of standard error
    --mistakes FILE  a user's mistake is appended to it, see `messages.give_up`
    --threads N, --seed N, --fold N    are given to jobs, and ignored by functions that lack them
    """
    # SIGTERM raises SystemExit, so that half-written files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse(function)
    timing, log, mistakes = (arguments.pop(name) for name in ("timing", "log", "mistakes"))
    start = time.perf_counter()
    try:
        if log is not None:
            sys.stderr = Tee(sys.stderr, log)
        n_images = function(**arguments)
    except (BadInput, OSError) as mistake:  # an OSError's message names the file
        give_up(str(mistake), mistakes)
    except (MemoryError, BrokenExecutor):  # a pool breaks when the system kills a process
        advice = "lower shard_size, give fewer --cores, or set image_size"
        give_up(f"not enough memory: {advice}", mistakes)
    seconds = time.perf_counter() - start
    if timing is not None:
        spent = {"n_images": n_images, "seconds": seconds, "peak_memory_mb": peak_memory()}
        write_json(timing, spent)


def parse(function: Callable) -> dict[str, Any]:
    """Read the command line: the arguments of `function`, and the options of every stage."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(function), allow_abbrev=False)
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        required = parameter.default is parameter.empty
        default = None if required else parameter.default
        option = f"--{name.replace('_', '-')}"
        kind = reader(parameter.annotation)
        parser.add_argument(option, type=kind, required=required, default=default)
    for name in {"timing", "log", "mistakes"} - set(parameters):
        parser.add_argument(f"--{name}", type=Path)
    unused = {"threads", "seed", "fold"} - set(parameters)
    for name in unused:
        parser.add_argument(f"--{name}", type=int, help=argparse.SUPPRESS)
    arguments = vars(parser.parse_args())
    return {name: value for name, value in arguments.items() if name not in unused}


def reader(kind: Any) -> Callable[[str], Any]:
    """The function that turns an option's text into a value of type `kind`.

    A dataclass is read from a JSON object of its fields.
    """
    if kind in READERS:
        return READERS[kind]

    def read(text: str) -> Any:
        values = json.loads(text)
        paths = {field.name for field in fields(kind) if field.type is Path}
        return kind(**{k: Path(v) if k in paths else v for k, v in values.items()})

    return read


def peak_memory() -> float:
    """Peak memory of this process, or of the largest that it started if that is more, in MiB."""
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own_peak_memory(), started) / 1024  # Linux: in KiB


def own_peak_memory() -> int:
    """Peak memory of this process alone, in KiB on Linux.

    Read from /proc where there is one: getrusage begins with the memory of the process that
    started this one, which may be more.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
