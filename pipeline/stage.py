"""A stage on the command line: options from its signature, one line for a user's mistake."""

import argparse
import inspect
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from features.errors import BadInput
from pipeline.store import write_json

READERS = {Path: Path, str: str, int: int, float: float, dict: json.loads, list: json.loads}


def main(function: Callable[..., int]) -> None:
    """Run `function` as a command: `--name VALUE` for each parameter, dict and list as JSON.

    The function returns how many images it worked on. `--timing FILE` receives that, with the
    seconds the function took and the peak memory of the process.
    """
    parser = argparse.ArgumentParser(description=inspect.getdoc(function))
    for name, parameter in inspect.signature(function).parameters.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=READERS[parameter.annotation], required=True)
    parser.add_argument("--timing", type=Path)
    arguments = vars(parser.parse_args())
    timing = arguments.pop("timing")
    start = time.perf_counter()
    try:
        n_images = function(**arguments)
    except BadInput as mistake:
        sys.exit(f"error: {mistake}")
    except OSError as failure:  # a full disk, a missing permission: the message names the file
        sys.exit(f"error: {failure}")
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux: KiB
    if timing:
        write_json(timing, {"n_images": n_images, "seconds": seconds, "peak_memory_mb": peak})
