"""Which class, split and group each image of a listing has: from folders, patterns or a table."""

import re
from dataclasses import replace

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import label_table, path_patterns, table_match
from pipeline.sources.folder_names import is_kind
from pipeline.sources.folders import read_folders, understood
from pipeline.sources.labelled import Builder, Classes, Labelling
from pipeline.sources.listing import Listing
from pipeline.sources.named_images import add_fields, by_file_names, by_layout
from pipeline.sources.readings import Folders, Reading, UnclearError, Way, ignoring, quoted
from pipeline.sources.said_splits import SaidSplits, add_by_folders
from pipeline.sources.source import SPLITS, Options
from pipeline.sources.split_names import split_of
from pipeline.sources.trees import Path, brief

# The end of a name that says that a picture is of another one, and none of the set.
MASK = re.compile(
    r"([-_. ](?:mask|gt|seg|segmentation|annotation|trimap|thumb|thumbnail))s?[-_ ]?\d*\.\w+\Z",
    re.IGNORECASE,
)


def label_images(where: str, listing: Listing, options: Options) -> Labelling:
    """Raises BadInput where the classes cannot be told, or can be told in several ways."""
    pattern = path_patterns.file_name_pattern(options.file_name) if options.file_name else None
    names_say = pattern is not None and "class" in pattern.groupindex
    check_one_way(options, names_say)
    check_some(where, listing)
    if options.layout:
        found = by_layout(where, listing, options.layout, options.splits)
    elif pattern is not None and names_say:
        found = by_file_names(where, listing, pattern, options.splits)
    elif options.labels is not None:
        found = by_table(where, listing, options)
    elif label_table.usual(listing.tables):
        found = by_table_found(where, listing, options)
    else:
        found = by_folders_alone(where, listing, options)
    if pattern is not None and not names_say:
        add_fields(where, listing, found, pattern, options.splits)
    check_classes(where, found)
    warn(listing, found)
    return found


def check_one_way(options: Options, names_say: bool) -> None:
    """Raise BadInput where the config says in two ways where classes are."""
    given = {"layout": options.layout, "file_name": names_say, "labels": options.labels}
    ways = [key for key, value in given.items() if value]
    if len(ways) > 1:
        raise BadInput(
            f"config: {ways[0]}: {' and '.join(ways)} both say where classes are: leave one out"
        )


def check_some(where: str, listing: Listing) -> None:
    if not listing.holders.first:
        most = sorted(listing.passed.items(), key=lambda each: -each[1][0])[:3]
        there = "; ".join(f"{n} {kind}, such as {shown(file)}" for kind, (n, file) in most)
        raise BadInput(
            f"{where}: holds no images (JPEG, PNG, GIF, BMP, WebP, TIFF, ...)"
            f"{f', but {there}' if there else ''}: put images in a folder per class, "
            "or arrays in files of the forms and names in docs/data.md"
        )


def by_folders_alone(where: str, listing: Listing, options: Options) -> Labelling:
    """By folders; where these do not tell, the message names a table that may."""
    try:
        return by_folders(where, listing, options)
    except BadInput as unclear:
        if not listing.tables:
            raise
        n = {name: n_labelled(where, listing, options, name) for name in sorted(listing.tables)}
        table = quoted(max(n, key=lambda name: n[name]))
        raise BadInput(f"{unclear}; or, if a table says them, set labels: {table}") from None


def n_labelled(where: str, listing: Listing, options: Options, table: str) -> int:
    """How many images a table gives a class, 0 where it cannot be read as one of classes."""
    try:
        return len(by_table(where, listing, replace(options, labels=table)).kept)
    except BadInput:
        return 0


def by_folders(where: str, listing: Listing, options: Options, advise: bool = True) -> Labelling:
    """Raises BadInput, or UnclearError if no advice is wanted: that takes a while."""
    paths = [tuple(file.split("/")[:-1]) for file in listing.holders.first]
    folder = np.array(listing.holders.folder, np.int64)
    counts = np.bincount(folder, minlength=len(paths)).tolist()
    folders = Folders(
        *(paths, listing.holders.first, counts, listing.all_names),
        options.splits or {},
        options.ignore or [],
    )
    reading = read_folders(where, folders) if advise else understood(folders)
    check_empty(where, listing.folders, paths, reading, options.ignore or [])
    classes = Classes(where)
    number_of = np.full(len(paths), -1)
    in_train_first = sorted(range(len(paths)), key=lambda i: reading.splits[i] != "train")
    for i in in_train_first:
        path = reading.classes[i]
        if path is not None:
            number_of[i] = classes[path[-1], reading.splits[i]]
    names, place = classes.in_order()
    kept = np.flatnonzero(number_of[folder] >= 0)
    split = np.array([SPLITS.index(split) for split in reading.splits], np.int8)
    label = place[number_of[folder[kept]]]
    return Labelling(names, kept, label, split[folder[kept]], None, reading.said)


def check_empty(
    where: str, listed: list[str], paths: list[Path], reading: Reading, given: list[str]
) -> None:
    """Raise BadInput for a class or split without images, beside those that have some.

    given: what the config already ignores.
    """
    found = [path for path in reading.classes if path is not None]
    beside = {path[:-1] for path in found}
    above = {path[:i] for path in beside for i in range(len(path))}
    holding = {path[:i] for path in paths for i in range(len(path) + 1)}
    for folder in sorted(listed):
        path = tuple(folder.split("/"))
        if path in holding or folder == "":
            continue
        is_class = path[:-1] in beside and not is_kind(path[-1])
        if is_class or (path[:-1] in above and split_of(path[-1])):
            what = "class folder" if is_class else "folder"
            raise BadInput(
                f"{where}: the {what} {brief(path)} holds no images: fill it, remove it, or leave "
                f"it out with {Way({'ignore': [*given, ignoring(path)]})}"
            )


def by_table(where: str, listing: Listing, options: Options) -> Labelling:
    """By the table that the config names, or that has a usual name."""
    wanted = {"table": options.labels} if isinstance(options.labels, str) else options.labels or {}
    name = wanted.get("table") or label_table.the_usual(where, listing.tables)
    rows = label_table.read_table(name, listing.table(name), wanted)
    images = list(listing.all_names())
    builder, splits = Builder(where), SaidSplits(where, options.splits)
    at = table_match.match(name, [row.path for row in rows], images)
    for position, row in sorted(zip(at, rows, strict=True)):
        builder.add(position, row.label, splits[row.split], row.group)
    left = len(images) - len(rows)
    found = builder.built([f"Classes: from the table {shown(name)}."])
    if left:
        found.said.append(f"Passed over: {left} images that {shown(name)} does not name.")
    if not any(row.split for row in rows):
        add_by_folders(listing, found, splits)
    splits.check()
    return found


def by_table_found(where: str, listing: Listing, options: Options) -> Labelling:
    """By a table of a usual name, unless folders say something else."""
    name = label_table.the_usual(where, listing.tables)
    ignore = Way({"ignore": [*(options.ignore or []), ignoring(tuple(name.split("/")))]})
    try:
        table = by_table(where, listing, options)
    except table_match.NoLabelsError as other:
        try:
            found = by_folders(where, listing, options)
        except BadInput as unclear:
            raise BadInput(f"{other}; without it: {unclear}") from None
        found.said.append(f"Passed over: {other}.")
        return found
    except BadInput as mistake:
        raise BadInput(f"{mistake}; or leave the table out with {ignore}") from None
    try:
        folders = by_folders(where, listing, options, advise=False)
    except (BadInput, UnclearError):
        return table
    if same(table, folders):
        return table
    raise BadInput(
        f"{where}: can be read in two ways: {len(folders.classes)} classes by folders, such as "
        f"{shown(folders.classes[0])}, with {ignore}, or {len(table.classes)} by the table "
        f"{shown(name)}, such as {shown(table.classes[0])}, with labels: {quoted(name)}: set one "
        "of these"
    )


def same(one: Labelling, other: Labelling) -> bool:
    """Whether both part the images into the same classes and splits, whatever their names."""
    if not np.array_equal(one.kept, other.kept) or not np.array_equal(one.split, other.split):
        return False
    pairs = set(zip(one.label.tolist(), other.label.tolist(), strict=True))
    return len(pairs) == len(one.classes) == len(other.classes)


def check_classes(where: str, found: Labelling) -> None:
    """Raise BadInput for a single class, and for two that are shown alike."""
    if len(found.classes) < 2:
        raise BadInput(
            f"{where}: holds one class only, {shown(found.classes[0])}: a classifier needs two"
        )
    if len(set(map(shown, found.classes))) < len(found.classes):
        raise BadInput(
            f"{where}: two classes are shown alike, for one has characters that cannot be "
            "printed: rename it"
        )


def warn(listing: Listing, found: Labelling) -> None:
    """Say what is likely a mistake, and is not sure to be one."""
    lower: dict[str, str] = {}
    for name in found.classes:
        other = lower.setdefault(name.casefold(), name)
        if other is not name:
            found.said.append(
                f"Warning: the classes {shown(other)} and {shown(name)} differ in case only."
            )
            break
    like_masks = [fit for fit in map(MASK.search, listing.names(found.kept)) if fit]
    if 0 < len(like_masks) < len(found.kept):
        example = like_masks[0]
        ignore = Way({"ignore": [f"*{example[1]}*"]})
        found.said.append(
            f"Warning: {len(like_masks)} images are called like masks or thumbnails, such as "
            f"{shown(example.string)}: if they are, leave them out with {ignore}."
        )
