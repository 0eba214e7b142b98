"""Images with their classes, splits and groups, collected one by one."""

from array import array
from dataclasses import dataclass, field

import numpy as np

from pipeline.runtime.messages import shown
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


class Builder:
    """Collects what is said of images one by one."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.kept, self.label = array("q"), array("i")
        self.split, self.group = array("b"), array("i")

    def add(self, position: int, name: str, split: str, group: str) -> None:
        self.kept.append(position)
        self.label.append(self.names.setdefault(name, len(self.names)))
        self.split.append(SPLITS.index(split))
        self.group.append(self.groups.setdefault(group, len(self.groups)) if group else -1)

    def built(self, said: list[str]) -> Labelling:
        classes = sorted(self.names)
        rank = np.argsort(np.array([self.names[name] for name in classes], int))
        group = np.array(self.group, np.int32)
        return Labelling(
            classes,
            np.array(self.kept, np.int64),
            rank[np.array(self.label, int)].astype(np.int32),
            np.array(self.split, np.int8),
            own_groups(group) if self.groups else None,
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
