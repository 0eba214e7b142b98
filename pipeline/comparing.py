"""Whether two runs led to the same files, and in what they were not made alike."""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from pipeline.plain import cut
from pipeline.runtime.messages import shown

# Files in results/<run>/ that tell of time or of the machine, and differ from run to run.
TIMED = (
    *("timing.csv", "provenance.json", "config.yaml", "optimality.csv", "cost.*"),
    "report.html",  # shows what is in cost.csv, and what other calls have computed
    *("lecture/search.*", "lecture/gradient_cost.*"),
)
LONGEST = 100  # characters of a line of a table in a message
MISSING = "nothing"


class Comparison(NamedTuple):
    """n: how many files were compared. different: a line for each that differs. left_out: lines
    on files that were not compared, since only the first run has them.
    """

    n: int
    different: list[str]
    left_out: list[str]


def compared(before: Path, after: Path, ignoring: set[str]) -> Comparison:
    """Compare the files in two folders of results; those that are timed are passed over.

    ignoring: names of files in `after` that are no results.
    """
    ours, theirs = (set(files_in(folder)) for folder in (before, after))
    names = sorted(theirs - ignoring)
    lines = (difference(name, before, after) for name in names)
    gone = sorted(ours - theirs)
    shortly = ", ".join(map(shown, gone[:5])) + (f" and {len(gone) - 5} more" * (len(gone) > 5))
    left_out = [f"Not compared, since the replay does not make them: {shortly}."] if gone else []
    return Comparison(len(names), [line for line in lines if line], left_out)


def files_in(folder: Path) -> Iterator[str]:
    """The paths of all files in a folder and in those inside it that are not timed."""
    for place, _, files in os.walk(folder):
        for file in files:
            name = os.path.relpath(os.path.join(place, file), folder)
            if not any(fnmatchcase(name, pattern) for pattern in TIMED):
                yield name


def difference(name: str, before: Path, after: Path) -> str:
    """A line that says how the files of a name differ; "" where they are the same."""
    if not (before / name).is_file():
        return f"{shown(name)}: is made now, but was not there"
    old, new = (folder / name for folder in (before, after))
    old_bytes, new_bytes = old.read_bytes(), new.read_bytes()
    if old_bytes == new_bytes:
        return ""
    texts = [text_of(name, data) for data in (old_bytes, new_bytes)]
    if None in texts or texts[0] == texts[1]:
        return f"{shown(name)}: differs"
    pairs = zip_longest(*(str(text).split("\n") for text in texts))
    place, (was, now) = next((i, pair) for i, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"{shown(name)}: differs, first in line {place}: was {brief(was)}, now {brief(now)}"


def text_of(name: str, data: bytes) -> str | None:
    """What a file of text says, unpacked where its name ends in .gz; None for any other file."""
    with suppress(OSError, EOFError, zlib.error, UnicodeDecodeError):
        return (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
    return None


def brief(line: str | None) -> str:
    return MISSING if line is None else cut(shown(line.strip()), LONGEST) or "an empty line"


def conditions(before: dict, after: dict) -> list[str]:
    """A line for each entry of the provenance that differs, but for the config.

    before, after: the contents of two files provenance.json.
    """
    ours, theirs = (dict(entries(each)) for each in (before, after))
    return [
        f"{key}: was {told(ours.get(key))}, now {told(theirs.get(key))}"
        for key in dict.fromkeys([*ours, *theirs])
        if ours.get(key) != theirs.get(key)
    ]


def entries(group: dict, above: str = "") -> Iterator[tuple[str, object]]:
    """All values with their keys, such as machine.blas.kernels; the config's are left out."""
    for key, value in group.items():
        if isinstance(value, dict) and (above or key != "config"):
            yield from entries(value, f"{above}{key}.")
        elif above or key not in ("config", "seeds"):
            yield f"{above}{key}", value


def told(value: object) -> str:
    return "not said" if value is None else cut(shown(str(value)), LONGEST)
