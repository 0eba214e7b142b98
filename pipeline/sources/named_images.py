"""Class, split and group of images by patterns of their paths, or by their file names."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import path_patterns
from pipeline.sources.labelled import Builder, Labelling, Passed, own_groups
from pipeline.sources.listing import Listing
from pipeline.sources.said_splits import SaidSplits, add_by_folders, warn_of_folders
from pipeline.sources.source import SPLITS
from pipeline.sources.trees import common


def by_layout(where: str, listing: Listing, layout: list[str], chosen: dict | None) -> Labelling:
    """By patterns of whole paths, or of paths within the single folders around everything."""
    patterns = [path_patterns.compiled(pattern) for pattern in layout]
    folders = [tuple(file.split("/")[:-1]) for file in listing.holders.first]
    around = "/".join(common(folders)) if folders else ""
    found, splits = by_patterns(where, listing.all_names(), patterns, chosen)
    if around and len(found.classes) < 2:
        names = (name[len(around) + 1 :] for name in listing.all_names())
        inner, inner_splits = by_patterns(where, names, patterns, chosen)
        if len(inner.classes) > 1:
            found, splits = inner, inner_splits
    if not len(found.kept) and listing.holders.first:
        raise BadInput(
            f"config: layout: {shown(', '.join(layout))} fits no image of {where}, such as "
            f"{shown(listing.holders.first[0])}: a pattern says the whole path, the file as well, "
            'such as "{class}/*"'
        )
    splits.check()
    warn_of_folders(listing, found)
    return found


def by_patterns(
    where: str, names: Iterable[str], patterns: list[path_patterns.Layout], chosen: dict | None
) -> tuple[Labelling, SaidSplits]:
    builder, passed, splits = Builder(where), Passed(), SaidSplits(where, chosen)
    for position, name in enumerate(names):
        fit = path_patterns.matched(patterns, name)
        if fit is None:
            passed.add(name)
            continue
        said = fit.groupdict()
        builder.add(position, said["class"], splits[said.get("split")], said.get("group") or "")
    return builder.built(passed.said("that fit no pattern of layout")), splits


def by_file_names(
    where: str, listing: Listing, pattern: re.Pattern[str], chosen: dict | None
) -> Labelling:
    builder, passed, splits = Builder(where), Passed(), SaidSplits(where, chosen)
    for position, name in enumerate(listing.all_names()):
        said = fields(pattern, name)
        if not said.label:
            passed.add(name)
            continue
        builder.add(position, said.label, splits[said.split], said.group)
    others = passed.said("whose names do not fit file_name")
    found = builder.built(["Classes: from the names of files.", *others])
    if not len(found.kept):
        raise BadInput(
            f"config: file_name: {pattern.pattern!r} fits no image of {where}, such as "
            f"{shown(passed.example)}: mend it"
        )
    if "split" not in pattern.groupindex:
        add_by_folders(listing, found, splits)
    splits.check()
    return found


class Fields(NamedTuple):
    label: str
    split: str
    group: str


def fields(pattern: re.Pattern[str], path: str) -> Fields:
    """What a file's name says, "" for what it does not."""
    fit = pattern.search(path.rpartition("/")[2])
    said = fit.groupdict() if fit else {}
    return Fields(said.get("class") or "", said.get("split") or "", said.get("group") or "")


def add_fields(
    where: str, listing: Listing, found: Labelling, pattern: re.Pattern[str], chosen: dict | None
) -> None:
    """Add the group and the split that file names say to images that have their classes."""
    said = [fields(pattern, name) for name in listing.names(found.kept)]
    unfit = sum(not each.group and not each.split for each in said)
    if unfit == len(said):
        raise BadInput(
            f"config: file_name: {pattern.pattern!r} fits no image of {where}, such as "
            f"{shown(next(listing.names(found.kept)))}: mend it"
        )
    if "group" in pattern.groupindex:
        numbers: dict[str, int] = {}
        group = [numbers.setdefault(e.group, len(numbers)) if e.group else -1 for e in said]
        found.group = own_groups(np.array(group, np.int32))
    if "split" in pattern.groupindex:
        splits = SaidSplits(where, chosen)
        parts = np.array([SPLITS.index(splits[each.split]) for each in said], np.int8)
        splits.check_known()
        found.split = np.where(parts > 0, parts, found.split)
    if unfit:
        found.said.append(f"The names of {unfit} images do not fit file_name.")
