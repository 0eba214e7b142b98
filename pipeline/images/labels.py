"""Write and read the table of labels: the file, class, split and group of each image."""

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
    """The table's columns but for the files, each an array (n,) with one entry per image.

    label: int32, the index of the class. is_test: bool, whether the source says "test". group:
    int32, the same for images that must all go to the same part.
    """

    label: np.ndarray
    is_test: np.ndarray
    group: np.ndarray


def write_labels(path: Path, records: Iterable[Record]) -> None:
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(Record._fields)
        # A file's name may hold line breaks, and need not be valid Unicode.
        writer.writerows((shown(file), *others) for file, *others in records)


def read_labels(path: Path) -> Labels:
    """Read all but the names of files, which take more memory than the rest together."""
    label, is_test, group = array("i"), array("b"), array("i")
    with open(path, encoding="utf-8", newline="") as table:
        lines = csv.reader(table)
        next(lines)
        for _, this_label, this_split, this_group in lines:  # as in Record
            label.append(int(this_label))
            is_test.append(this_split == "test")
            group.append(int(this_group))
    # Without copies, so that a million images take no more memory than these few numbers each.
    return Labels(*map(np.frombuffer, (label, is_test, group), ("i4", "?", "i4")))


def read_column(path: Path, column: str) -> list[str]:
    with open(path, encoding="utf-8", newline="") as table:
        return [row[column] for row in csv.DictReader(table)]
