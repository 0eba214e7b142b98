"""Say what was understood of the data: classes, splits, sizes, repairs, duplicates."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.images.facts import Facts
from pipeline.images.labels import KNOWN, SKIPPED, Labels, names_at, read_labels
from pipeline.images.namesakes import namesakes
from pipeline.images.shared import find_shared
from pipeline.runtime.markdown import escaped
from pipeline.runtime.messages import shown
from pipeline.sources.source import Source

COLUMNS = ("kind", "what", "split", "n", "example")
Row = tuple[str, str, str, int | str, str]

FEW = 10  # images of a class
# Images, in all and of a class, of which the usual quarter is 500 and 10 test images: with fewer
# of these, folds are worth their time.
FEW_TO_DRAW, FEW_TO_DRAW_OF_CLASS = 2000, 40
NAMED = 5  # sizes in a sentence, at most
LISTED = 100  # sizes in the table, at most
HEAD = ["split", "images", "classes", "smallest class", "largest class"]


class Understood(NamedTuple):
    """What was understood of the data, as plain text.

    rows: of a table with COLUMNS. splits: the cells of a small table with HEAD. notes: sentences.
    """

    rows: list[Row]
    data: str
    images: str
    splits: list[list[str]]
    notes: list[str]

    def plain(self) -> str:
        """For the screen."""
        lines = [f"What was understood of {self.data}: {self.images}"]
        lines += [f"  {line}" for line in aligned([HEAD, *self.splits])]
        return "\n".join([*lines, *(f"- {note}" for note in self.notes)]) + "\n"

    def in_markdown(self) -> str:
        """Names are shown as text, whatever they contain."""
        rule = ["---"] * len(HEAD)
        table = [HEAD, rule, *([escaped(cell) for cell in row] for row in self.splits)]
        lines = [f"# What was understood of {escaped(self.data)}", "", self.images, ""]
        lines += ["| " + " | ".join(row) + " |" for row in table]
        return "\n".join([*lines, "", *(f"- {escaped(note)}" for note in self.notes)]) + "\n"


def describe(
    data: str, source: Source, table: Path, facts: Facts, said: Sequence[str]
) -> Understood:
    """table: of labels, as it was written. said: sentences on how images were decoded."""
    labels, classes = read_labels(table), list(map(shown, source.classes))
    readable = labels.split != KNOWN.index(SKIPPED)
    sizes = count_sizes(facts, readable)
    shared = find_shared(labels, readable)
    names = names_at(table, {*(at for _, _, at in sizes), *shared.examples()})
    rows = [*count_images(classes, labels), *size_rows(sizes, names), *fact_rows(facts)]
    rows += [
        ("passed over", shown(kind), "", n, shown(file))
        for kind, (n, file) in source.passed.items()
    ]
    rows += [("duplicates", *row) for row in shared.rows(names)]
    notes = [*source.said, *said, size_note(sizes), *fact_notes(rows)]
    notes += shared.notes(names, classes)
    if len(sizes) > 1:
        notes += namesakes(table, facts.sizes, labels.group, readable)
    notes += small_classes(classes, labels.label[readable])
    notes += worth_folds(classes, labels)
    rows += [("note", note, "", "", "") for note in notes]
    images = f"{int(readable.sum()):,} images of {len(classes):,} classes."
    return Understood(rows, shown(data), images, split_cells(classes, labels), notes)


def count_images(classes: Sequence[str], labels: Labels) -> Iterator[Row]:
    for number, split in enumerate(KNOWN):
        counts = np.bincount(labels.label[labels.split == number], minlength=len(classes))
        for name, n in zip(classes, counts.tolist(), strict=True):
            if n:
                yield "images", name, split, n, ""


def count_sizes(facts: Facts, readable: np.ndarray) -> list[tuple[str, int, int]]:
    """(size, number of images, row of one), the most frequent first; size: as 32 x 24."""
    rows = np.flatnonzero(readable)
    found, first, counts = np.unique(
        facts.sizes[rows], axis=0, return_index=True, return_counts=True
    )
    order = np.argsort(-counts, kind="stable")
    return [(f"{found[i, 0]} x {found[i, 1]}", int(counts[i]), int(rows[first[i]])) for i in order]


def size_rows(sizes: Sequence[tuple[str, int, int]], names: dict[int, str]) -> Iterator[Row]:
    for size, n, at in sizes[:LISTED]:
        yield "size", size, "", n, names[at]
    if len(sizes) > LISTED:
        rest = sizes[LISTED:]
        n = sum(n for _, n, _ in rest)
        yield "size", f"{len(rest)} others", "", n, names[rest[0][2]]


def fact_rows(facts: Facts) -> Iterator[Row]:
    for repair, (n, file) in sorted(facts.repairs.items()):
        yield "repair", repair, "", n, shown(file)
    for _, file, reason in sorted(facts.unreadable, key=lambda each: each[1]):
        yield "unreadable", reason, "", 1, shown(file)


def split_cells(classes: Sequence[str], labels: Labels) -> list[list[str]]:
    """For each split its number of images and classes, and its smallest and largest class."""
    cells = []
    for number, split in enumerate(KNOWN):
        mine = labels.label[labels.split == number]
        if not len(mine) or split == SKIPPED:
            continue
        counts = np.bincount(mine, minlength=len(classes))
        ends = int(counts.argmin()), int(counts.argmax())
        named = [f"{classes[i]} ({counts[i]:,})" for i in ends]
        n_classes = f"{int((counts > 0).sum()):,}"
        cells.append([split or "to be drawn", f"{len(mine):,}", n_classes, *named])
    return cells


def size_note(sizes: Sequence[tuple[str, int, int]]) -> str:
    if len(sizes) == 1:
        return f"Size: all have {sizes[0][0]} pixels."
    listed = ", ".join(f"{size} ({n:,})" for size, n, _ in sizes[:NAMED])
    more = f" and {len(sizes) - NAMED:,} more" if len(sizes) > NAMED else ""
    return f"Sizes in pixels: {listed}{more}."


def fact_notes(rows: Sequence[Row]) -> Iterator[str]:
    """What was repaired, passed over and skipped, a sentence for each kind."""
    for kind, verb in (("repair", "Repaired"), ("passed over", "Passed over")):
        for _, what, _, n, example in (row for row in rows if row[0] == kind):
            yield f"{verb}: {what}, {n:,}, such as {example}."
    failed = [row for row in rows if row[0] == "unreadable"]
    if failed:
        _, reason, _, _, example = failed[0]
        yield (
            f"Skipped: {len(failed):,} images that cannot be read, such as {example} ({reason}); "
            "data.csv lists them."
        )


def small_classes(classes: Sequence[str], label: np.ndarray) -> Iterator[str]:
    """A word on classes of few images."""
    counts = np.bincount(label, minlength=len(classes))
    few = int((counts < FEW).sum())
    if few:
        i = int(counts.argmin())
        yield (
            f"Warning: classes of fewer than {FEW} images: {few:,}, such as {classes[i]} with "
            f"{counts[i]}: their numbers mean little."
        )


def worth_folds(classes: Sequence[str], labels: Labels) -> Iterator[str]:
    """A word on folds, where test images are yet to be drawn and may be few."""
    if np.isin(labels.split, [KNOWN.index("validation"), KNOWN.index("test")]).any():
        return
    label = labels.label[labels.split != KNOWN.index(SKIPPED)]
    smallest = np.bincount(label, minlength=len(classes)).min()
    if len(label) < FEW_TO_DRAW or smallest < FEW_TO_DRAW_OF_CLASS:
        few = (
            f"{FEW_TO_DRAW:,}"
            if len(label) < FEW_TO_DRAW
            else f"{FEW_TO_DRAW_OF_CLASS} of a class's"
        )
        yield (
            f"Fewer than {few} images to draw test images from: folds: 5 tests every image once, "
            "which tells more than one part drawn for testing."
        )


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table, their cells one below the other."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
