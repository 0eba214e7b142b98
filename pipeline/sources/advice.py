"""Advice on folders that are unclear: ways to say in the config what is meant, all tried out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from features.errors import BadInput
from pipeline.sources.folder_names import alike
from pipeline.sources.path_patterns import Ignore, compiled, matched
from pipeline.sources.readings import Folders, Reading, UnclearError, Way
from pipeline.sources.split_names import part_of, split_of
from pipeline.sources.trees import Path, braced, tree

MOST = 4  # ways that are named, at most

Understand = Callable[[Folders], Reading]


def with_advice(
    where: str, folders: Folders, unclear: UnclearError, understand: Understand
) -> str:
    """The message: what is unclear, and those ways to make it clear that work."""
    advice: list[str] = []
    for way in unclear.ways:
        whole = completed(way, folders)
        found = tried(whole, folders, understand)
        text = f"set {whole} for {found}"
        if found and text not in advice and len(advice) < MOST:
            advice.append(text)
    if not advice or unclear.otherwise.startswith("or "):
        otherwise = unclear.otherwise or "say with labels or layout where classes are"
        advice.append(otherwise.removeprefix("or "))
    return f"{where}: {unclear.why}: {', or '.join(advice)}"


def completed(way: Way, folders: Folders) -> Way:
    """The way with what the config already says under its keys."""
    values: dict[str, Any] = dict(way.values)
    if "splits" in values:
        values["splits"] = folders.chosen | values["splits"]
    if "ignore" in values:
        values["ignore"] = [*folders.ignore, *values["ignore"]]
    return Way(values)


def tried(way: Way, folders: Folders, understand: Understand) -> str:
    """What the folders are when the config says so, as text; "" where they still are unclear."""
    values: dict[str, Any] = dict(way.values)
    ignore = Ignore(values.get("ignore", []))
    left = folders.only([not ignore.fits(file) for file in folders.files])
    left = replace(left, chosen=values.get("splits", folders.chosen))
    try:
        if not left.paths:
            return ""
        if "file_name" in values:
            return by_file_name(re.compile(values["file_name"]), left, ignore)
        reading = by_layout(values["layout"], left) if "layout" in values else understand(left)
    except (UnclearError, BadInput):
        return ""
    return described(reading, left) if is_useful(reading) else ""


def by_layout(layout: Sequence[str], folders: Folders) -> Reading:
    """What the patterns say of an image in each folder."""
    patterns = [compiled(pattern) for pattern in layout]
    reading = Reading([], [])
    for file in folders.files:
        fit = matched(patterns, file)
        split = (fit.groupdict().get("split") or "") if fit else ""
        part = part_of(split, folders.chosen)
        if split and not part:
            raise UnclearError(f"{split} is no split")
        reading.classes.append(class_path(file, fit) if fit else None)
        reading.splits.append(part)
    if {split for split, path in zip(reading.splits, reading.classes, strict=True) if path} == {
        "train"
    }:
        raise UnclearError("no other images are left")
    return reading


def class_path(file: str, fit: re.Match[str]) -> Path:
    around = file[: fit.start("class")].rpartition("/")[0]
    return (*filter(None, around.split("/")), fit["class"])


def is_useful(reading: Reading) -> bool:
    """Whether there are two classes or more, the same in train and test, and not just splits.

    Nor may a class be written in two ways of Unicode in one split.
    """
    by_part: dict[str, set[str]] = {}
    written: set[tuple[str, str]] = set()
    for path, part in zip(reading.classes, reading.splits, strict=True):
        if path is not None:
            by_part.setdefault(part, set()).add(alike(path[-1]))
            written.add((part, path[-1]))
    if len(written) > sum(map(len, by_part.values())):
        return False
    one, other = by_part.get("train", set()) | by_part.get("", set()), by_part.get("test")
    called = {split_of(name) for name in one} - {""}  # classes that may well be splits
    return len(one) > 1 and other in (None, one) and len(called) < 2


def described(reading: Reading, folders: Folders) -> str:
    """Such as "2 classes {train, test}/{cat, dog} of 100 images"."""
    kept = [i for i, path in enumerate(reading.classes) if path is not None]
    known = [path for path in reading.classes if path is not None]
    n = sum(folders.counts[i] for i in kept)
    return f"{len({alike(path[-1]) for path in known})} classes {tree(known)} of {n} images"


def by_file_name(pattern: re.Pattern[str], folders: Folders, ignore: Ignore) -> str:
    """The same for classes that file names say; "" where there are as good as none."""
    counts: dict[str, int] = {}
    for path in folders.names():
        fit = pattern.search(path.rpartition("/")[2])
        if fit and not ignore.fits(path):
            counts[fit["class"]] = counts.get(fit["class"], 0) + 1
    n = sum(counts.values())
    is_one = len(set(map(alike, counts))) < 2 or n < 2 * len(counts)
    return "" if is_one else f"{len(counts)} classes {braced(list(counts))} of {n} images"
