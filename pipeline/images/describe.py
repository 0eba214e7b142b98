"""Say what was understood of the data: classes, splits, sizes, repairs, duplicates."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.images.facts import Facts
from pipeline.images.labels import KNOWN, SKIPPED, Labels
from pipeline.runtime.messages import shown
from pipeline.sources.source import Source

Row = tuple[str, str, str, int, str]  # kind, what, split, number of images, an example

FEW = 10  # images of a class
SIZES = 5  # that are named, at most
# The end of a name that tells copies of one picture apart: its size, or a number.
SIZE_IN_NAME = re.compile(r"[-_ @(]*(\d+\s*x\s*\d+|\d+)(px|pt|dp|x)?\)?$", re.IGNORECASE)
ALIKE = 0.5  # the share of images with namesakes of other sizes that is worth a word


def describe(
    data: str, source: Source, labels: Labels, files: Sequence[str], facts: Facts, said: list[str]
) -> tuple[list[Row], str]:
    """The table and the text; files: the names of the images, in the order of `labels`."""
    rows = [*count_images(source.classes, labels), *count_facts(facts)]
    rows += [("passed over", kind, "", n, file) for kind, (n, file) in source.passed.items()]
    duplicates, notes = find_duplicates(source.classes, labels, files)
    rows += duplicates
    n = sum(labels.split != KNOWN.index(SKIPPED))
    lines = [f"# What was understood of {shown(data)}", ""]
    lines += [f"{n:,} images of {len(source.classes)} classes.", ""]
    lines += [*table_of_splits(source.classes, labels), ""]
    lines += [f"- {line}" for line in [*source.said, *said, *sentences(rows)]]
    lines += [f"- {line}" for line in [*notes, *namesakes(files, facts), *unequal(labels)]]
    return rows, "\n".join(lines) + "\n"


def count_images(classes: Sequence[str], labels: Labels) -> Iterable[Row]:
    for number, split in enumerate(KNOWN):
        counts = np.bincount(labels.label[labels.split == number], minlength=len(classes))
        for name, n in zip(classes, counts.tolist(), strict=True):
            if n:
                yield "images", shown(name), split, n, ""


def count_facts(facts: Facts) -> Iterable[Row]:
    for (cols, rows), n in facts.sizes.most_common():
        yield "size", f"{cols} x {rows}", "", n, shown(facts.examples[cols, rows])
    for repair, n in sorted(facts.repairs.items()):
        yield "repair", repair, "", n, shown(facts.examples[repair])
    for _, file, reason in sorted(facts.unreadable, key=lambda each: each[1]):
        yield "unreadable", reason, "", 1, shown(file)


def table_of_splits(classes: Sequence[str], labels: Labels) -> list[str]:
    """In Markdown: for each split its number of images, and its smallest and largest class."""
    lines = ["| split | images | smallest class | largest class |", "| --- | --- | --- | --- |"]
    for number, split in enumerate(KNOWN):
        mine = labels.label[labels.split == number]
        if len(mine):
            counts = np.bincount(mine, minlength=len(classes))
            ends = [
                f"{escaped(classes[i])} ({counts[i]:,})"
                for i in (int(counts.argmin()), int(counts.argmax()))
            ]
            lines.append(f"| {split or 'to be drawn'} | {len(mine):,} | {' | '.join(ends)} |")
    return lines


def escaped(name: str) -> str:
    """A name as text in Markdown, whatever it contains."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$~-])", r"\\\1", shown(name))


def sentences(rows: Sequence[Row]) -> Iterable[str]:
    """What was counted, a line for each kind."""
    sizes = [(what, n) for kind, what, _, n, _ in rows if kind == "size"]
    listed = ", ".join(f"{what} ({n:,})" for what, n in sizes[:SIZES])
    more = f" and {len(sizes) - SIZES} more" if len(sizes) > SIZES else ""
    yield f"Sizes in pixels: {listed}{more}."
    for kind, verb in (("repair", "Repaired"), ("passed over", "Passed over")):
        for _, what, _, n, example in (row for row in rows if row[0] == kind):
            yield f"{verb}: {what}, {n:,}, such as {escaped(example)}."
    failed = [row for row in rows if row[0] == "unreadable"]
    if failed:
        yield f"Skipped: {len(failed):,} images that cannot be read, listed in data.csv."


def find_duplicates(
    classes: Sequence[str], labels: Labels, files: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """Rows and sentences on images whose pixels are the same."""
    readable = labels.split != KNOWN.index(SKIPPED)
    content = labels.content[readable]
    copies = int(len(content) - len(np.unique(content)))
    if not copies:
        return [], []
    rows: list[Row] = [("duplicates", "copies of another image", "", copies, "")]
    notes = [
        f"{copies:,} images have the same pixels as another; a drawn split keeps them together."
    ]
    test = labels.split == KNOWN.index("test")
    fitted = np.isin(labels.split, [KNOWN.index("train"), KNOWN.index("validation")])
    seen = test & np.isin(labels.content, labels.content[fitted])
    if seen.any():
        example = shown(files[int(np.flatnonzero(seen)[0])])
        rows.append(
            ("duplicates", "test images that are in train", "test", int(seen.sum()), example)
        )
        notes.append(
            f"Warning: {int(seen.sum()):,} of {int(test.sum()):,} test images have the same "
            f"pixels as a training image, such as {escaped(example)}: accuracies are given with and "
            "without them; duplicates: drop_from_test leaves them out."
        )
    pairs = {(int(c), int(y)) for c, y in zip(content, labels.label[readable], strict=True)}
    torn = [c for c, n in Counter(c for c, _ in pairs).items() if n > 1]
    if torn:
        names = [escaped(classes[y]) for c, y in sorted(pairs) if c == torn[0]]
        example = shown(files[torn[0]])
        rows.append(("duplicates", "pictures in several classes", "", len(torn), example))
        notes.append(
            f"Warning: {len(torn):,} pictures stand in several classes, such as "
            f"{escaped(example)} in {' and '.join(names)}."
        )
    return rows, notes


def namesakes(files: Sequence[str], facts: Facts) -> Iterable[str]:
    """A word where most files are one picture in several sizes, by their names."""
    if len(facts.sizes) < 2:
        return
    stems: defaultdict[str, int] = defaultdict(int)
    for file in files:
        stems[stem(file)] += 1
    alike = sum(n for n in stems.values() if n > 1)
    if alike > ALIKE * len(files):
        example = max(stems, key=lambda key: stems[key])
        yield (
            f"Warning: {alike:,} images share their name with others but for a size or a number, "
            f"such as {stems[example]} called {escaped(example)}, and differ in size: if they "
            "are one picture each, keep them together with file_name, such as "
            r"file_name: '(?P<group>.+?)[-_]?\d+x?\d*\.\w+$'."
        )


def stem(file: str) -> str:
    folder, _, name = file.rpartition("/")
    return f"{folder}/{SIZE_IN_NAME.sub('', name.rpartition('.')[0])}"


def unequal(labels: Labels) -> Iterable[str]:
    """A word on classes of few images."""
    counts = np.bincount(labels.label[labels.split != KNOWN.index(SKIPPED)])
    few = int((counts < FEW).sum())
    if few:
        yield f"Warning: {few} classes have fewer than {FEW} images: their numbers mean little."
