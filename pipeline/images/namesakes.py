"""Pictures that are there in several sizes, to judge by the names of their files."""

import hashlib
import re
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.images.labels import column, names_at

ALIKE = 0.5  # the share of images with namesakes of other sizes that is worth a word

# The end of a name that may say the image's size, and a folder that may.
END = re.compile(
    r"[-_ .(@]*(?:(\d{1,7}) ?x ?(\d{1,7})|(\d{1,7}))(?:px|pt|dp|w)?\)?$|@\dx$", re.IGNORECASE
)
LONGEST = 40  # characters of such an end
FOLDER = re.compile(r"(?<![^/])(\d{1,7})x(\d{1,7})(?![^/])", re.IGNORECASE)

ADVICE = r"file_name: '^(?P<group>.+?)([-_ .(@]*(\d+ ?x ?)?\d+(px|pt|dp|w|x)?\)?)?\.\w+$'"


def namesakes(
    table: Path, sizes: np.ndarray, group: np.ndarray, readable: np.ndarray
) -> Iterator[str]:
    """A word where most images have a namesake of another size that is in another group.

    table: of labels, of which only digests of the n names are kept. sizes: int (n, 2), (cols,
    rows). group: int (n,). readable: bool (n,).
    """
    digests = array("q")
    for file, (cols, rows) in zip(column(table, "file"), sizes.tolist(), strict=True):
        digests.append(brief(stem(file, cols, rows)))
    mine = np.flatnonzero(readable)
    stems = np.frombuffer(digests, np.int64)[mine]
    _, first, inverse, counts = np.unique(
        stems, return_index=True, return_inverse=True, return_counts=True
    )
    size = sizes[mine].astype(np.int64) @ np.array([2**32, 1])
    counts[~(spread(inverse, size) & spread(inverse, group[mine]))] = 0
    n = int(counts.sum())
    if n > ALIKE * len(mine):
        at = int(mine[first[counts == counts.max()].min()])
        yield (
            f"Warning: {n:,} images are called like images of other sizes but for the size, such "
            f"as {names_at(table, {at})[at]} and {counts.max() - 1:,} more: if those are one "
            f"picture, keep them together with {ADVICE}"
        )


def stem(file: str, cols: int, rows: int) -> str:
    """A path without its ending, and without numbers that are the image's size."""

    def is_size(*numbers: str | None) -> bool:
        found = sorted(int(number) for number in numbers if number)
        return found in (sorted((cols, rows)), [cols], [rows], [])

    folder, _, name = file.rpartition("/")
    name = name.rpartition(".")[0] or name
    found = END.search(name, max(0, len(name) - LONGEST))
    if found and is_size(*found.groups()):
        name = name[: found.start()]
    folder = FOLDER.sub(lambda found: "*" if is_size(*found.groups()) else found[0], folder)
    return f"{folder}/{name}"


def brief(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def spread(inverse: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Whether the members of each set have different values; inverse: the set of each value."""
    lowest = np.full(inverse.max(initial=-1) + 1, values.max(initial=0))
    highest = np.full(len(lowest), values.min(initial=0))
    np.minimum.at(lowest, inverse, values)
    np.maximum.at(highest, inverse, values)
    return lowest < highest
