"""A stage on the command line: options from its signature, one line for a user's mistake."""

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
    float: float,
    dict: json.loads,
    dict | None: json.loads,
    list: json.loads,
    list | None: json.loads,
}


def main(function: Callable[..., int | None]) -> None:
    """Run `function` as a command: `--name VALUE` for each parameter, structures as JSON.

    The function returns how many images it worked on. Every stage also takes

    --timing FILE    receives that number, the seconds that the function took, and the peak
                     memory of the process
    --log FILE       receives what is said on standard error, which stays on the screen
    --mistakes FILE  a user's mistake is appended to it, see `messages.give_up`
    --threads N, --seed N    what every job is told, for those that use them
    """
    # A polite kill cleans up: what was half-written goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse(function)
    timing, log, mistakes = (arguments.pop(name) for name in ("timing", "log", "mistakes"))
    if log is not None:
        sys.stderr = Tee(sys.stderr, log)
    start = time.perf_counter()
    try:
        n_images = function(**arguments)
    except (BadInput, OSError) as mistake:  # of OSError, too, the message names the file
        give_up(str(mistake), mistakes)
    except (MemoryError, BrokenExecutor):  # a pool breaks where the system kills a process
        advice = "lower shard_size, give fewer --cores, or set image_size"
        give_up(f"not enough memory: {advice}", mistakes)
    seconds = time.perf_counter() - start
    if timing is not None:
        spent = {"n_images": n_images, "seconds": seconds, "peak_memory_mb": peak_memory()}
        write_json(timing, spent)


def parse(function: Callable) -> dict[str, Any]:
    """The command line as the arguments of `function`, with those that every stage takes."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(function))
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        required = parameter.default is parameter.empty
        default = None if required else parameter.default
        option = f"--{name.replace('_', '-')}"
        kind = reader(parameter.annotation)
        parser.add_argument(option, type=kind, required=required, default=default)
    for name in {"timing", "log", "mistakes"} - set(parameters):
        parser.add_argument(f"--{name}", type=Path)
    unused = {"threads", "seed"} - set(parameters)
    for name in unused:
        parser.add_argument(f"--{name}", type=int, help=argparse.SUPPRESS)
    arguments = vars(parser.parse_args())
    return {name: value for name, value in arguments.items() if name not in unused}


def reader(kind: Any) -> Callable[[str], Any]:
    """What turns an option's text into a value; a dataclass is read from a JSON object."""
    if kind in READERS:
        return READERS[kind]

    def read(text: str) -> Any:
        values = json.loads(text)
        paths = {field.name for field in fields(kind) if field.type is Path}
        return kind(**{k: Path(v) if k in paths else v for k, v in values.items()})

    return read


def peak_memory() -> float:
    """Of this process or the largest of those it started, in MiB."""
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own_peak_memory(), started) / 1024  # Linux: in KiB


def own_peak_memory() -> int:
    """getrusage begins with the memory of the process that started this one, which may be more."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
