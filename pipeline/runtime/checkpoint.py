"""Checkpoints: how far a long job has come, so that one that was stopped goes on from there."""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from pipeline.runtime.progress import progress
from pipeline.runtime.store import read_arrays, write_arrays

Item = TypeVar("Item")

OF = "checkpoint_of"  # the array that says what the others belong to


class Checkpoint:
    """Arrays in a file beside a job's output, for the same job when it is run again."""

    def __init__(self, output: Path, given: object, files: Iterable[Path] = ()) -> None:
        """output: what the job is to write. given, files: what it is given, and what it reads.

        What a job saved that was given anything else, or files that changed, or by code that has
        changed since, is not gone on with. given is what JSON can hold.
        """
        self.path = output.with_name(f"{output.stem}.checkpoint.npz")
        known = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        text = json.dumps([given, known, code_in_use()], sort_keys=True)
        self.of = np.array(hashlib.sha256(text.encode()).hexdigest())

    def load(self) -> dict[str, np.ndarray] | None:
        """What was saved last, or None."""
        found = read_arrays(self.path) if self.path.exists() else {}
        return found if found.pop(OF, "") == self.of else None

    def save(self, arrays: dict[str, np.ndarray]) -> None:
        """Keep these arrays in place of those saved before; the file appears whole."""
        write_arrays(self.path, {**arrays, OF: self.of})

    def progress(self, items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
        """Yield the items, and say now and then how far it is: see `runtime.progress`."""
        return progress(items, total, what)

    def remove(self) -> None:
        """The job is done."""
        self.path.unlink(missing_ok=True)


def code_in_use() -> dict[str, str]:
    """The digests of the project's modules that this process has loaded, by their names."""
    mine = {
        name: getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if name.split(".")[0] in ("features", "pipeline")
    }
    return {
        name: hashlib.sha256(Path(file).read_bytes()).hexdigest()
        for name, file in mine.items()
        if file
    }
