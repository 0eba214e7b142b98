"""The table that says, for each image: its file, its class, its split and its group."""

import csv
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.runtime.messages import shown
from pipeline.runtime.store import whole
from pipeline.sources.source import Record


@dataclass(frozen=True)
class Labels:
    """One entry per image: int32 classes, whether the source says "test", int32 groups."""

    label: np.ndarray
    is_test: np.ndarray
    group: np.ndarray


def write_labels(path: Path, records: Iterable[Record]) -> None:
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(Record._fields)
        # A file's name need not be valid Unicode, and may hold ends of lines.
        writer.writerows((shown(file), *others) for file, *others in records)


def read_labels(path: Path) -> Labels:
    """All but the names, which take more memory than the rest together."""
    label, is_test, group = array("i"), array("b"), array("i")
    with open(path, encoding="utf-8", newline="") as table:
        lines = csv.reader(table)
        next(lines)
        for _, this_label, this_split, this_group in lines:  # as in Record
            label.append(int(this_label))
            is_test.append(this_split == "test")
            group.append(int(this_group))
    # Not copied: of a million images only these few numbers each are in memory.
    return Labels(*map(np.frombuffer, (label, is_test, group), ("i4", "?", "i4")))


def read_column(path: Path, column: str) -> list[str]:
    with open(path, encoding="utf-8", newline="") as table:
        return [row[column] for row in csv.DictReader(table)]
