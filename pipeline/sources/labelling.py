"""Which class, split and group each image of a listing has: from folders, patterns or a table."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import label_table, path_patterns
from pipeline.sources.folders import read_folders
from pipeline.sources.labelled import Builder, Labelling, Passed, own_groups
from pipeline.sources.listing import Listing
from pipeline.sources.source import SPLITS, Options
from pipeline.sources.split_names import split_of


def label_images(where: str, listing: Listing, options: Options) -> Labelling:
    """Raises BadInput where the classes cannot be told, or can be told in two ways."""
    pattern = path_patterns.file_name_pattern(options.file_name) if options.file_name else None
    if options.layout:
        found = by_patterns(where, listing, options)
    elif pattern is not None and "class" in pattern.groupindex:
        found = by_file_names(where, listing, pattern, options)
    elif options.labels is not None:
        found = by_table(where, listing, options)
    elif tables_found(listing):
        found = by_table_found(where, listing, options)
    else:
        found = by_folders(where, listing, options)
    if pattern is not None and "class" not in pattern.groupindex:
        add_groups(listing, found, pattern)
    check_alike(where, found.classes)
    if len(found.classes) < 2:
        raise BadInput(
            f"{where}: holds one class only, {shown(found.classes[0])}: a classifier needs two"
            if found.classes
            else f"{where}: no image has a class: look at what layout, file_name or labels say"
        )
    return found


def tables_found(listing: Listing) -> list[str]:
    """The tables that have a usual name."""
    usual = [name for name in listing.tables if label_table.file_name(name) in label_table.NAMES]
    return sorted(usual, key=lambda name: name.count("/"))


def by_folders(where: str, listing: Listing, options: Options) -> Labelling:
    if not listing.holders.first:
        raise BadInput(
            f"{where}: holds no images (JPEG, PNG, GIF, BMP, WebP, TIFF, ...): put them in a "
            "folder per class"
        )
    holders = [tuple(file.split("/")[:-1]) for file in listing.holders.first]
    folder = np.array(listing.holders.folder, np.int64)
    counts = np.bincount(folder, minlength=len(holders))
    reading = read_folders(where, holders, counts.tolist(), options.splits or {})
    check_empty(where, listing.folders, holders, reading.classes)
    classes = sorted({name for name in reading.classes if name is not None})
    index = {name: i for i, name in enumerate(classes)}
    label_of = np.array([-1 if name is None else index[name] for name in reading.classes])
    split_of_holder = np.array([SPLITS.index(split) for split in reading.splits], np.int8)
    kept = np.flatnonzero(label_of[folder] >= 0)
    return Labelling(
        classes,
        kept,
        label_of[folder[kept]].astype(np.int32),
        split_of_holder[folder[kept]],
        None,
        reading.said,
    )


def check_empty(
    where: str, folders: Iterable[str], holders: list[tuple[str, ...]], classes: list[str | None]
) -> None:
    """A class folder without images, beside those that have some, is a mistake."""
    beside = {
        holder[:-1] for holder, name in zip(holders, classes, strict=True) if name == holder[-1]
    }
    holding = {holder[:i] for holder in holders for i in range(len(holder) + 1)}
    for folder in sorted(folders):
        path = tuple(folder.split("/"))
        if folder and path[:-1] in beside and path not in holding:
            raise BadInput(
                f"{where}: the class folder {shown(folder)} holds no images: fill it, remove it, "
                "or leave it out with ignore"
            )


def by_patterns(where: str, listing: Listing, options: Options) -> Labelling:
    patterns = [path_patterns.compiled(pattern) for pattern in options.layout or []]
    builder, passed = Builder(), Passed()
    for position, name in enumerate(listing.all_names()):
        fields = path_patterns.matched(patterns, name)
        if fields is None:
            passed.add(name)
            continue
        split = part_of(where, fields.get("split"), options)
        builder.add(position, fields["class"], split, fields.get("group") or "")
    return builder.built(passed.said("that fit no pattern of layout"))


def by_file_names(
    where: str, listing: Listing, pattern: re.Pattern[str], options: Options
) -> Labelling:
    builder, passed = Builder(), Passed()
    for position, name in enumerate(listing.all_names()):
        found = pattern.search(label_table.file_name(name))
        fields = found.groupdict() if found else {}
        if not fields.get("class"):
            passed.add(name)
            continue
        split = part_of(where, fields.get("split"), options)
        builder.add(position, fields["class"], split, fields.get("group") or "")
    return builder.built(passed.said("whose names do not fit file_name"))


def part_of(where: str, name: str | None, options: Options) -> str:
    """The part that a split's name stands for. Raises BadInput for a name that says none."""
    if not name:
        return ""
    part = (options.splits or {}).get(name) or split_of(name)
    if not part:
        raise BadInput(
            f"{where}: the split {shown(name)} is none of train, validation and test: say which "
            f"with splits: {{{shown(name)}: train}}"
        )
    return part


def by_table_found(where: str, listing: Listing, options: Options) -> Labelling:
    """By a table of a usual name, unless folders say something else."""
    table = by_table(where, listing, options)
    try:
        folders = by_folders(where, listing, options)
    except BadInput:
        return table
    if same_partition(table, folders):
        return table
    name = tables_found(listing)[0]
    raise BadInput(
        f"{where}: can be read in two ways: {len(folders.classes)} classes by folders, such as "
        f"{shown(folders.classes[0])}, or {len(table.classes)} by {name}, such as "
        f'{shown(table.classes[0])}: set labels: {name}, or leave it out with ignore: ["{name}"]'
    )


def same_partition(one: Labelling, other: Labelling) -> bool:
    if not np.array_equal(one.kept, other.kept):
        return False
    pairs = set(zip(one.label.tolist(), other.label.tolist(), strict=True))
    return len(pairs) == len(one.classes) == len(other.classes)


def by_table(where: str, listing: Listing, options: Options) -> Labelling:
    """By the table that the config names, or that has a usual name."""
    wanted = {"table": options.labels} if isinstance(options.labels, str) else options.labels or {}
    name = wanted.get("table") or tables_found(listing)[0]
    rows = label_table.read_table(name, listing.table(name), wanted)
    images = list(listing.all_names())
    builder = Builder()
    said = []
    order = sorted(zip(label_table.match(name, rows, images), rows, strict=True))
    for position, row in order:
        builder.add(position, row.label, part_of(where, row.split, options), row.group)
    left = len(images) - len(rows)
    if left:
        said.append(f"Passed over: {left} images that {name} does not name.")
    return builder.built([f"Classes from the table {name}.", *said])


def add_groups(listing: Listing, found: Labelling, pattern: re.Pattern[str]) -> None:
    """The group, and the split, that file names say."""
    groups: dict[str, int] = {}
    names = listing.names(found.kept)
    fields = [pattern.search(label_table.file_name(name)) for name in names]
    if "group" in pattern.groupindex:
        keys = [m["group"] if m and m["group"] else "" for m in fields]
        numbers = [groups.setdefault(key, len(groups)) if key else -1 for key in keys]
        found.group = own_groups(np.array(numbers, np.int32))
    if "split" in pattern.groupindex:
        splits = [split_of(m["split"]) if m and m["split"] else "" for m in fields]
        found.split = np.array([SPLITS.index(split) for split in splits], np.int8)


def check_alike(where: str, classes: list[str]) -> None:
    """Raise BadInput where two classes are one name, written in two ways of Unicode."""
    seen: dict[str, str] = {}
    for name in classes:
        other = seen.setdefault(unicodedata.normalize("NFC", name), name)
        if other is not name:
            raise BadInput(
                f"{where}: two classes are called {shown(name)}, written in two ways of Unicode: "
                "rename one, or put their images into one folder"
            )
