"""Images with their classes, splits and groups, collected one by one."""

from array import array
from dataclasses import dataclass, field

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.folder_names import alike
from pipeline.sources.source import SPLITS


@dataclass
class Labelling:
    """What is known of images, in the order of their paths.

    kept: the positions in the listing of images that have a class, int64 (n,). label: the class
    of each, an index into `classes`, which are sorted; split: an index into SPLITS; group: a
    number that images share which no split may part, or None where each is its own.
    """

    classes: list[str]
    kept: np.ndarray
    label: np.ndarray
    split: np.ndarray
    group: np.ndarray | None
    said: list[str] = field(default_factory=list)


class Classes:
    """Names of classes and their numbers. What Unicode writes in two ways is one name.

    The first way is shown. Two ways in one split are refused: they may well be two classes.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.number: dict[str, int] = {}  # by the form in which names are compared
        self.names: list[str] = []
        self.found: dict[tuple[str, str], int] = {}
        self.written: dict[tuple[int, str], str] = {}

    def __getitem__(self, key: tuple[str, str]) -> int:
        """The number of a class, given its name and the split in which it is called so."""
        if key not in self.found:
            name, split = key
            number = self.number.setdefault(alike(name), len(self.names))
            if number == len(self.names):
                self.names.append(name)
            if self.written.setdefault((number, split), name) != name:
                raise BadInput(
                    f"{self.where}: two classes are called {shown(name)}, written in two ways of "
                    "Unicode: rename one, or put their images together"
                )
            self.found[key] = number
        return self.found[key]

    def in_order(self) -> tuple[list[str], np.ndarray]:
        """The names in ascending order, and for each number its place among them."""
        order = sorted(range(len(self.names)), key=self.names.__getitem__)
        place = np.empty(len(order), np.int32)
        place[order] = np.arange(len(order))
        return [self.names[number] for number in order], place


class Builder:
    """Collects what is said of images one by one."""

    def __init__(self, where: str) -> None:
        self.classes = Classes(where)
        self.groups: dict[str, int] = {}
        self.kept, self.label = array("q"), array("i")
        self.split, self.group = array("b"), array("i")

    def add(self, position: int, name: str, split: str, group: str) -> None:
        self.kept.append(position)
        self.label.append(self.classes[name, split])
        self.split.append(SPLITS.index(split))
        self.group.append(self.groups.setdefault(group, len(self.groups)) if group else -1)

    def built(self, said: list[str]) -> Labelling:
        names, place = self.classes.in_order()
        return Labelling(
            names,
            np.array(self.kept, np.int64),
            place[np.array(self.label, int)],
            np.array(self.split, np.int8),
            own_groups(np.array(self.group, np.int32)) if self.groups else None,
            said,
        )


def own_groups(group: np.ndarray) -> np.ndarray:
    """Numbers of groups; images without one, -1, get numbers that are nobody else's."""
    alone = group < 0
    group = group.copy()
    group[alone] = group.max(initial=-1) + 1 + np.arange(alone.sum())
    return group


class Passed:
    """Images that are passed over: how many, and one of them."""

    def __init__(self) -> None:
        self.n, self.example = 0, ""

    def add(self, name: str) -> None:
        self.n, self.example = self.n + 1, self.example or name

    def said(self, why: str) -> list[str]:
        if not self.n:
            return []
        return [f"Passed over: {self.n} images {why}, such as {shown(self.example)}."]
