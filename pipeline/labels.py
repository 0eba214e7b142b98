"""The table that says, for each image: its file, its class, its split and its group."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.store import whole

COLUMNS = ("file", "label", "split", "group")


@dataclass(frozen=True)
class Labels:
    """One entry per image: names, int64 labels, "train" / "test" / "", int64 groups."""

    file: list[str]
    label: np.ndarray
    split: np.ndarray
    group: np.ndarray


def write_labels(
    path: Path,
    file: Sequence[str],
    label: Sequence[int],
    split: Sequence[str],
    group: Sequence[int],
) -> None:
    # A file name need not be valid Unicode; the table always is.
    with (
        whole(path) as partial,
        open(partial, "w", encoding="utf-8", errors="backslashreplace", newline="") as table,
    ):
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(zip(file, label, split, group, strict=True))


def read_labels(path: Path) -> Labels:
    with open(path, encoding="utf-8", newline="") as table:
        rows = csv.reader(table)
        next(rows)
        columns = list(zip(*rows, strict=True))
    file, label, split, group = columns
    return Labels(
        list(file), np.array(label, np.int64), np.array(split), np.array(group, np.int64)
    )
