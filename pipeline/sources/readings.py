"""What folders of images are taken for, and what a config may say about it."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.sources.trees import Path, common


@dataclass(frozen=True)
class Folders:
    """The folders that hold images themselves, and what the config says of them.

    paths: their paths; files: of each the path of one image; counts: how many it holds. names():
    the paths of all images. chosen, ignore: the keys splits and ignore of the config.
    """

    paths: list[Path]
    files: list[str]
    counts: list[int]
    names: Callable[[], Iterable[str]]
    chosen: dict[str, str]
    ignore: Sequence[str] = ()

    @property
    def around(self) -> Path:
        """The single folders around everything."""
        return common(self.paths)

    def inside(self) -> list[Path]:
        """Their paths in the single folders around everything."""
        depth = len(self.around)
        return [path[depth:] for path in self.paths]

    def only(self, keep: Sequence[bool]) -> "Folders":
        at = [i for i, kept in enumerate(keep) if kept]
        return replace(
            self,
            paths=[self.paths[i] for i in at],
            files=[self.files[i] for i in at],
            counts=[self.counts[i] for i in at],
        )

    def at(self) -> "Place":
        """Where the first folders that differ lie."""
        return Place(self.around, "".join(f"{written(name)}/" for name in self.around))


@dataclass
class Reading:
    """What folders were taken for.

    classes: for each folder the path that ends in the name of its class, None where its images
    are passed over; splits: train, validation, test or "". said: sentences on what was understood.
    """

    classes: list[Path | None]
    splits: list[str]
    said: list[str] = field(default_factory=list)


class Way(NamedTuple):
    """A way to say in the config how folders are meant: values for some of its keys."""

    values: dict[str, list[str] | dict[str, str] | str]

    def __str__(self) -> str:
        return " and ".join(f"{key}: {in_yaml(value)}" for key, value in self.values.items())


def in_yaml(value: list[str] | dict[str, str] | str) -> str:
    """A value as it may be written in a config, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(name)}: {part}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(quoted, value)) + "]"
    return quoted(value)


# The class in front of a number, as in cat.0.jpg, german_shepherd_12.png and "cat (3).jpg"; or
# behind it, as in 0_cat.png.
BY_NAMES = (
    Way({"file_name": r"^(?P<class>[^\W\d].*?)[-_. (]*\d+\)?\.\w+$"}),
    Way({"file_name": r"^\d+[-_. ]+(?P<class>[^\W\d].*?)\.\w+$"}),
)


class UnclearError(Exception):
    """Folders that cannot be read, or in several ways. It becomes a BadInput in `folders`.

    why: what is wrong. ways: what may help, and is named where it does; otherwise: what else to
    do, or what to do if nothing of that helps.
    """

    def __init__(self, why: str, ways: Sequence[Way] = (), otherwise: str = "") -> None:
        super().__init__(why)
        self.why, self.ways, self.otherwise = why, ways, otherwise


class Place(NamedTuple):
    """Where folders lie: the path to them, and how a pattern of layout says it."""

    path: Path
    pattern: str

    def root(self) -> "Place":
        """Where the splits lie that this place is in."""
        return self._replace(pattern=self.pattern.partition("{split}/")[0])

    def layout(self, *patterns: str) -> Way:
        return Way({"layout": [self.pattern + pattern for pattern in patterns]})

    def ignore(self, names: Sequence[str]) -> Way:
        """To leave folders out here, and in the other splits as well."""
        around = "/" + self.pattern.replace("{split}", "*")
        return Way({"ignore": [around + written(name) for name in names]})


def ignoring(path: Path) -> str:
    """The pattern of ignore for just this file or folder."""
    return "/" + "/".join(map(written, path))


def written(name: str) -> str:
    """A name as it can be written in a pattern: what cannot be is left open by *."""
    return re.sub(
        r"\*+", "*", "".join(c if c.isprintable() and c not in "{}" else "*" for c in name)
    )


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
