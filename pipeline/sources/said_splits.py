"""Splits of images that are labelled by names or a table: said there, or by the folders."""

from collections.abc import Sequence

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.labelled import Labelling
from pipeline.sources.listing import Listing
from pipeline.sources.readings import Way
from pipeline.sources.source import SPLITS
from pipeline.sources.split_names import part_of
from pipeline.sources.trees import braced, common


class SaidSplits:
    """What names of splits stand for, by the key splits of the config or by themselves."""

    def __init__(self, where: str, chosen: dict[str, str] | None) -> None:
        self.where, self.chosen = where, chosen or {}
        self.parts: dict[str, str] = {}

    def __getitem__(self, name: str | None) -> str:
        """The part, "" where the name says none; `check` then refuses it."""
        if not name:
            return ""
        if name not in self.parts:
            self.parts[name] = part_of(name, self.chosen)
        return self.parts[name]

    def check(self) -> None:
        """Raise BadInput for names that stand for no part, and for keys that are no names."""
        self.check_known()
        idle = [name for name in self.chosen if name not in self.parts]
        if idle:
            there = ", ".join(map(shown, self.parts)) or "none"
            raise BadInput(
                f"config: splits.{shown(idle[0])}: no split of {self.where} is called so; those "
                f"that are: {there}: remove it, or name one of these"
            )

    def check_known(self) -> None:
        unknown = [name for name, part in self.parts.items() if not part]
        if unknown:
            tested = "test" in self.parts.values() or len(unknown) == 1
            more = dict.fromkeys(unknown, "train") | ({} if tested else {unknown[-1]: "test"})
            raise BadInput(
                f"{self.where}: {braced(unknown)} may be splits, but none of train, validation "
                f"and test: say which they are, such as {Way({'splits': self.chosen | more})}"
            )


def add_by_folders(listing: Listing, found: Labelling, splits: SaidSplits) -> None:
    """Where nothing else says a split, the folders may: the first ones that differ, if named so.

    Raises BadInput where they do so for some images only.
    """
    folder = np.array(listing.holders.folder, np.int64)[found.kept]
    numbers, at = np.unique(folder, return_inverse=True)
    tops = first_folders([listing.holders.first[i] for i in numbers])
    parts = [part_of(top, splits.chosen) for top in tops]
    if not are_split(parts):
        return
    if not all(parts):
        raise BadInput(
            f"{splits.where}: images lie in {braced(sorted({*tops} - {''}))}, and not all of "
            "these say a split: leave the others out with ignore, or say with splits what they "
            "are for"
        )
    for top in tops:
        _ = splits[top]
    found.split = np.array([SPLITS.index(part) for part in parts], np.int8)[at]
    named = dict(zip(parts, tops, strict=True))
    found.said.append(f"Splits: {', '.join(f'{p} from {shown(t)}' for p, t in named.items())}.")


def warn_of_folders(listing: Listing, found: Labelling) -> None:
    """Say that folders could be splits, where a layout makes nothing of them."""
    tops = first_folders(listing.holders.first)
    named = [top for top in dict.fromkeys(tops) if part_of(top, {})]
    if not found.split.any() and are_split([part_of(top, {}) for top in named]):
        found.said.append(
            f"Warning: layout has no {{split}}, so that {braced(named)} are no splits: if their "
            "images fit it, they are mixed."
        )


def first_folders(files: Sequence[str]) -> list[str]:
    """Of each file the first folder that not all are in, "" for none."""
    paths = [tuple(file.split("/")[:-1]) for file in files]
    depth = len(common(paths)) if paths else 0
    return [path[depth] if len(path) > depth else "" for path in paths]


def are_split(parts: Sequence[str]) -> bool:
    return "train" in parts and len(set(parts) - {""}) > 1


def split_notes(where: str, named: Sequence[tuple[str, str]]) -> list[str]:
    """What to say of whole files or arrays that are for a split each, given as (split, name).

    Raises BadInput where there are several splits, and none of them is train.
    """
    names: dict[str, list[str]] = {}
    for split, name in named:
        names.setdefault(split, []).append(name)
    if len(names) < 2:
        only = next(iter(names), "")
        return [f"All images are for {only}: the other parts are drawn from them."] * bool(only)
    if "train" not in names:
        raise BadInput(
            f"{where}: has images for {' and '.join(names)}, but none for train: add these, or "
            "name one file"
        )
    said = f"Splits: {', '.join(f'{part} from {braced(names[part])}' for part in names)}."
    drawn = [] if "test" in names else ["There are no test images: they are drawn from train."]
    return [said, *drawn]
