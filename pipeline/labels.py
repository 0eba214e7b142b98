"""The table that says, for each image: its file, its class, its split and its group."""

import csv
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.listing import shown
from pipeline.store import whole


class Row(NamedTuple):
    """What the table says of an image.

    A name unique in its source, an index into the classes, "train", "test" or "" (the source does
    not say), and a number shared by images that no split may part.
    """

    file: str
    label: int
    split: str
    group: int


@dataclass(frozen=True)
class Labels:
    """One entry per image: int32 classes, whether the source says "test", int32 groups."""

    label: np.ndarray
    is_test: np.ndarray
    group: np.ndarray


def write_labels(path: Path, rows: Iterable[Row]) -> None:
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(Row._fields)
        # A file's name need not be valid Unicode, and may hold ends of lines.
        writer.writerows((shown(file), *others) for file, *others in rows)


def read_labels(path: Path) -> Labels:
    """All but the names, which take more memory than the rest together."""
    label, is_test, group = array("i"), array("b"), array("i")
    with open(path, encoding="utf-8", newline="") as table:
        rows = csv.reader(table)
        next(rows)
        for _, row_label, row_split, row_group in rows:  # as in Row
            label.append(int(row_label))
            is_test.append(row_split == "test")
            group.append(int(row_group))
    # Not copied: of a million images only these few numbers each are in memory.
    return Labels(*map(np.frombuffer, (label, is_test, group), ("i4", "?", "i4")))


def read_column(path: Path, column: str) -> list[str]:
    with open(path, encoding="utf-8", newline="") as table:
        return [row[column] for row in csv.DictReader(table)]
