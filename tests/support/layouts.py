"""Sets of images by their paths alone, how they are understood, and advice that is followed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from features.errors import BadInput
from pipeline.sources.container import Entry
from pipeline.sources.labelling import label_images
from pipeline.sources.listing import list_images
from pipeline.sources.source import SPLITS, Options

TEXT = r'"(?:[^"\\]|\\.)*"'
ADVICE = re.compile(
    rf"((?:layout|ignore): \[(?:{TEXT}(?:, )?)*\]"
    rf"|splits: \{{(?:{TEXT}: \w+(?:, )?)*\}}"
    rf"|(?:file_name|labels): {TEXT})( and )?"
)


class Names:
    """A container of files that have a name, and content only where that is given."""

    packed_size = None

    def __init__(self, names: Iterable[str], contents: dict[str, bytes] | None = None) -> None:
        self.path, self.given = Path("set"), contents or {}
        self.all = [*names, *self.given]

    def entries(self) -> Iterator[Entry]:
        for place, name in enumerate(self.all):
            folder = name.endswith("/")
            yield Entry(name.rstrip("/"), place, is_folder=folder)

    def names(self, places: Iterable[int]) -> Iterator[str]:
        return (self.all[place] for place in places)

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        return ((i, self.all[p], self.given.get(self.all[p], b"")) for i, p in enumerate(places))

    def sha256(self) -> str:
        return ""


class Understood:
    """classes: their names. labels, splits: those of each image, by its path. said: in words."""

    def __init__(self, names: Iterable[str], contents: dict[str, bytes] | None, **options) -> None:
        listing = list_images(Names(names, contents), options.get("ignore") or [])
        found = label_images("set", listing, Options(**options))
        files = list(listing.names(found.kept))
        self.classes = found.classes
        self.labels = {f: found.classes[i] for f, i in zip(files, found.label, strict=True)}
        self.splits = {f: SPLITS[i] for f, i in zip(files, found.split, strict=True)}
        self.groups = None if found.group is None else dict(zip(files, found.group, strict=True))
        self.said, self.passed = " ".join(found.said), listing.passed

    def table(self) -> dict[str, str]:
        """Of each image its class and, where it has one, its split: such as "cat test"."""
        return {f: f"{self.labels[f]} {self.splits[f]}".strip() for f in self.labels}


def understood(names: Iterable[str], contents: dict[str, bytes] | None = None, **options):
    return Understood(names, contents, **options)


def refusal(names: Sequence[str], contents: dict[str, bytes] | None = None, **options) -> str:
    """The message with which a set is refused, which is one line."""
    try:
        found = understood(names, contents, **options)
    except BadInput as mistake:
        message = str(mistake)
        assert message.isprintable()
        return message
    raise AssertionError(f"read as {found.table()}")


def advised(message: str) -> list[dict]:
    """The values for keys of the config that a message gives, as they stand there."""
    advice: list[dict] = []
    joined = False
    for found in ADVICE.finditer(message):
        value = yaml.safe_load(found[1])
        advice = [*advice[:-1], advice[-1] | value] if joined else [*advice, value]
        joined = bool(found[2])
    return advice


def set_of(*paths: str, n: int = 2) -> list[str]:
    """Images in folders: "{train,test}/{cat,dog}" has n in each of four folders."""
    folders = [folder for path in paths for folder in spread(path)]
    return [f"{folder}/{i}.png".removeprefix("/") for folder in folders for i in range(n)]


def spread(path: str) -> list[str]:
    """The paths that a path with braces stands for."""
    found = re.search(r"\{([^{}]*)\}", path)
    if found is None:
        return [path]
    before, after = path[: found.start()], path[found.end() :]
    return [whole for each in found[1].split(",") for whole in spread(f"{before}{each}{after}")]
