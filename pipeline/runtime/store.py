"""Read and write files. A file that is written appears whole or not at all."""

import csv
import errno
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

# How text begins that a spreadsheet takes for a formula, in wide letters too.
FORMULA = re.compile("[\\s']*[=+@\\-\uff1d\uff0b\uff20\uff0d]|'*[\t\r\n]")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to, and rename it to `path` at the end.

    Where the `with` statement ends with an exception, the temporary file is deleted instead.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with naming(path):
            yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def naming(place: Path | str) -> Iterator[None]:
    """Add the name `place` to an OSError that names no file, as when the disk is full."""
    try:
        yield
    except OSError as failure:
        if failure.filename is not None:
            raise
        reason = failure.strerror or f"the disk took no more ({failure})"  # numpy sets no strerror
        raise OSError(failure.errno or errno.ENOSPC, reason, str(place)) from failure


def write_text(path: Path, text: str) -> None:
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: Path, value: object) -> None:
    write_text(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def write_array(path: Path, array: np.ndarray) -> None:
    with whole(path) as partial, open(partial, "wb") as file:
        np.save(file, array, allow_pickle=False)


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with whole(path) as partial, open(partial, "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_array(path: Path) -> np.ndarray:
    return np.load(path, allow_pickle=False)


class ArrayFile:
    """An array (n, ...) in an .npy file, of which rows are read as they are needed.

    The pages of a memory map would count as memory in use, so this is done by plain reads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with open(path, "rb") as file:
            np.lib.format.read_magic(file)
            self.shape, _, self.dtype = np.lib.format.read_array_header_1_0(file)
            self.start = file.tell()
        self.row_size = int(np.prod(self.shape[1:]))

    def read(self, start: int, stop: int) -> np.ndarray:
        """Read the rows from `start` up to but not including `stop`, in the dtype of the file."""
        offset = self.start + start * self.row_size * self.dtype.itemsize
        numbers = np.fromfile(self.path, self.dtype, (stop - start) * self.row_size, offset=offset)
        return numbers.reshape(-1, *self.shape[1:])


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def read_json(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def write_csv(path: Path, columns: Sequence[str], records: Iterable[Sequence[object]]) -> None:
    """Write a table. Floats get seven digits, as many as mean something in float32."""
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([format_cell(cell) for cell in record] for record in records)


def format_cell(cell: object) -> object:
    """A cell as it is written. Text that a spreadsheet would compute gets an apostrophe in front.

    So does text that has apostrophes before a formula: what was written can be told.
    """
    if isinstance(cell, str):
        return f"'{cell}" if FORMULA.match(cell) else cell
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell)).lower()
    return f"{cell:.7g}" if isinstance(cell, float | np.floating) else cell
