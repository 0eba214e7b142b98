"""The table that says, for each image: its file, its class, its split, its group, its content."""

import csv
from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.runtime.messages import shown
from pipeline.runtime.store import whole
from pipeline.sources.source import SPLITS, Record

SKIPPED = "skipped"  # the split of an image that could not be read
KNOWN = (*SPLITS, SKIPPED)


@dataclass(frozen=True)
class Labels:
    """One entry per image, int32 (n,) but for the split.

    label: its class. split: what the source says of it, an index into KNOWN, int8 (n,). group: a
    number shared by images that no split may part. content: one shared by images whose pixels are
    the same.
    """

    label: np.ndarray
    split: np.ndarray
    group: np.ndarray
    content: np.ndarray


def write_labels(path: Path, records: Iterable[Record], content: np.ndarray) -> None:
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow((*Record._fields, "content"))
        # A file's name need not be valid Unicode, and may hold ends of lines.
        for (file, *others), same in zip(records, content, strict=True):
            writer.writerow((shown(file), *others, same))


def read_labels(path: Path) -> Labels:
    """All but the names, which take more memory than the rest together."""
    columns = array("i"), array("b"), array("i"), array("i")
    label, split, group, content = columns
    with open(path, encoding="utf-8", newline="") as table:
        lines = csv.reader(table)
        next(lines)
        for _, this_label, this_split, this_group, this_content in lines:
            label.append(int(this_label))
            split.append(KNOWN.index(this_split))
            group.append(int(this_group))
            content.append(int(this_content))
    # Not copied: of a million images only these few numbers each are in memory.
    return Labels(*map(np.frombuffer, columns, ("i4", "i1", "i4", "i4")))


def column(path: Path, name: str) -> Iterator[str]:
    """One column of the table, read as it is needed, for names take much memory."""
    with open(path, encoding="utf-8", newline="") as table:
        yield from (row[name] for row in csv.DictReader(table))


def names_at(path: Path, rows: Collection[int]) -> dict[int, str]:
    """The names of the images in these rows."""
    return {row: name for row, name in enumerate(column(path, "file")) if row in rows}
