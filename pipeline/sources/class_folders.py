"""Classes and splits from the folders that images lie in: recognised, or refused; not guessed.

    train/<class>/*, test/<class>/* and perhaps validation/<class>/*, by any usual name
    <class>/train/*, <class>/test/*
    <class>/*

A single folder around everything is passed over, also one inside each split. Whatever else can be
read in two ways is refused, with both of them and the key of the config that chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.split_names import is_fold, split_of
from pipeline.sources.trees import Path, braced, tree

# Folders of these names hold one kind of file each, and not one class each.
KINDS = {
    *("image", "images", "img", "imgs", "jpegimages", "pictures", "photos", "mask", "masks"),
    *("label", "labels", "annotation", "annotations", "groundtruth", "gt", "segmentation"),
}
CHOOSE = "say which with layout, or leave folders out with ignore"


@dataclass
class Reading:
    """What folders were taken for.

    For each holder, a folder that holds images itself: its class, None where its images are
    passed over, and its split, "" where it has none. said: sentences on what was understood.
    """

    classes: list[str | None]
    splits: list[str]
    said: list[str] = field(default_factory=list)


def read_folders(
    where: str, holders: Sequence[Path], counts: Sequence[int], chosen: dict[str, str]
) -> Reading:
    """holders: paths of folders that hold images; counts: how many. chosen: see the key splits.

    Raises BadInput, naming `where`.
    """
    if () in holders:
        raise BadInput(
            f"{where}: images lie beside the class folders, in none of them: move them into one, "
            "leave them out with ignore, or say with labels or layout where classes are"
        )
    wrapper = wrapping(holders)
    inner = [holder[len(wrapper) :] for holder in holders]
    said = [f"Passed over: the folder {'/'.join(wrapper)} around everything."] if wrapper else []
    tops = list(dict.fromkeys(holder[0] for holder in inner))
    parts = {top: chosen.get(top) or split_of(top) for top in tops}
    named = {top: part for top, part in parts.items() if part}
    check_chosen(where, chosen, inner)
    if len(set(named.values())) > 1 or any(top in chosen for top in named):
        reading = read_splits(where, inner, counts, named, chosen)
    else:
        reading = read_classes(where, inner, chosen)
    if wrapper and split_of(wrapper[-1]) == "train":
        said = ["There is no test folder beside train: test images are drawn."]
    reading.said[:0] = said
    check_classes(where, reading)
    return reading


def wrapping(holders: Sequence[Path]) -> Path:
    """The folders around everything that are no class: all images lie deeper in them."""
    depth = 0
    while len({holder[depth] for holder in holders}) == 1 and all(
        len(holder) > depth + 1 for holder in holders
    ):
        depth += 1
    return holders[0][:depth]


def check_chosen(where: str, chosen: dict[str, str], inner: Sequence[Path]) -> None:
    there = {name for holder in inner for name in holder}
    for name in chosen:
        if name not in there:
            raise BadInput(
                f"config: splits.{name}: {where} has no folder of that name; it has {tree(inner)}"
            )


# ---- splits first


def read_splits(
    where: str,
    holders: Sequence[Path],
    counts: Sequence[int],
    named: dict[str, str],
    chosen: dict[str, str],
) -> Reading:
    """Folders of which some are named as splits."""
    check_one_each(where, holders, named, chosen)
    classes: dict[Path, str] = {}
    for top in named:
        below = [holder[1:] for holder in holders if holder[0] == top]
        check_labelled(where, top, named[top], below)
        inside = wrapping(below)
        found = classes_of(where, [path[len(inside) :] for path in below], f"{top}/")
        classes |= {(top, *path): name for path, name in zip(below, found, strict=True)}
    by_part: dict[str, set[str]] = {}
    for holder, name in classes.items():
        by_part.setdefault(named[holder[0]], set()).add(name)
    reading = Reading([], [])
    for holder in holders:
        reading.classes.append(classes.get(holder))
        reading.splits.append(named.get(holder[0], ""))
    pass_over(where, holders, counts, named, by_part["train"], reading)
    check_same_classes(where, by_part)
    folders = {part: top for top, part in named.items()}
    reading.said.append(
        "Splits: " + ", ".join(f"{part} from {shown(folders[part])}" for part in by_part) + "."
    )
    if "test" not in by_part:
        reading.said.append("There is no test folder: test images are drawn from train.")
    return reading


def check_one_each(
    where: str, holders: Sequence[Path], named: dict[str, str], chosen: dict[str, str]
) -> None:
    if "train" not in named.values():
        raise BadInput(
            f"{where}: holds {braced(list(named))} and no folder of training images: rename one "
            "to train, or say with splits which folder is for what"
        )
    for part in set(named.values()):
        tops = [top for top in named if named[top] == part]
        if len(tops) > 1 and not all(top in chosen for top in tops):
            raise BadInput(
                f"{where}: {braced(tops)} may all be {part} images, or pieces that take turns; "
                f'{tree(holders)}: say with splits, such as splits: {{"{tops[0]}": {part}}}, '
                "what each is for, or leave some out with ignore"
            )


def check_labelled(where: str, top: str, part: str, below: Sequence[Path]) -> None:
    if () not in below:
        return
    if len(below) > 1:
        raise BadInput(
            f"{where}: in {shown(top)} some images lie in class folders and some in none: move "
            "them into one, or leave them out with ignore"
        )
    if part == "train":
        raise BadInput(
            f"{where}: {shown(top)} holds images and no class folders: say with labels or layout "
            'where classes are; if it is a class itself, set layout: ["{class}/*"]'
        )
    raise unlabelled(where, top)


def unlabelled(where: str, top: str) -> BadInput:
    return BadInput(
        f"{where}: the images in {shown(top)} have no classes, so nothing can be scored on them: "
        f'leave them out with ignore: ["{shown(top)}"], and test images are drawn from train, or '
        "give their classes in a table with labels"
    )


def pass_over(
    where: str,
    holders: Sequence[Path],
    counts: Sequence[int],
    named: dict[str, str],
    classes: set[str],
    reading: Reading,
) -> None:
    """Say what lies beside the splits; refuse it where it looks like more of the same."""
    for top in dict.fromkeys(holder[0] for holder in holders if holder[0] not in named):
        mine = [i for i, holder in enumerate(holders) if holder[0] == top]
        names = {name for i in mine for name in holders[i][1:]}
        if names & classes:
            raise BadInput(
                f"{where}: {shown(top)} lies beside {braced(list(named))} and holds the same "
                f"classes, {tree(holders)}: it may be more training images, test images, or a "
                f'copy; say with splits: {{"{shown(top)}": train}}, or leave it out with '
                f'ignore: ["{shown(top)}"]'
            )
        n = sum(counts[i] for i in mine)
        reading.said.append(f"Passed over: {n} images in {shown(top)}, which has no classes.")


def check_same_classes(where: str, by_part: dict[str, set[str]]) -> None:
    """Training and test images are of the same classes, validation images of no others."""
    train = by_part["train"]
    for part, classes in by_part.items():
        if part != "train" and not classes & train and len(classes) == 1:
            raise unlabelled(where, f"{part}/{next(iter(classes))}")
        for here, there, missing in (
            (part, "train", classes - train),
            ("train", part, train - classes),
        ):
            if missing and not (part == "validation" and here == "train"):
                name = shown(min(missing))
                raise BadInput(
                    f"{where}: the class {name} of {here} is missing in {there}: add "
                    f"{there}/{name} or remove {here}/{name}"
                )


# ---- classes first


def read_classes(where: str, holders: Sequence[Path], chosen: dict[str, str]) -> Reading:
    """Folders of which none, or not enough, are named as splits."""
    last = [split_of(holder[-1]) if len(holder) > 1 else "" for holder in holders]
    if all(last) and {"train", "test"} <= set(last):
        found = classes_of(where, [holder[:-1] for holder in holders], "")
        return Reading(list(found), last, ["Splits: the folders in each class."])
    found = classes_of(where, holders, "")
    return Reading(list(found), [""] * len(holders))


def classes_of(where: str, holders: Sequence[Path], around: str) -> list[str]:
    """The class of each holder: its first folder, unless that can be read otherwise."""
    tops = list(dict.fromkeys(holder[0] for holder in holders))
    deep = {holder[0] for holder in holders if len(holder) > 1}
    if not deep:
        check_kinds(where, tops, around)
        return [holder[0] for holder in holders]
    one_each = len(holders) == len(tops)  # each class in a folder of its own, such as cat/images
    if one_each or all(len(set(holder)) == 1 for holder in holders):
        return [holder[0] for holder in holders]
    raise two_readings(where, holders, tops, deep, around)


def check_kinds(where: str, tops: Sequence[str], around: str) -> None:
    plain = {"".join(filter(str.isalpha, top.lower())) for top in tops}
    if len(tops) > 1 and (plain <= KINDS or all(map(is_fold, tops))):
        kind = "pieces of the data" if all(map(is_fold, tops)) else "kinds of files"
        raise BadInput(
            f"{where}: {around}{braced(tops)} look like {kind} and not like classes: say with "
            f"labels or layout where classes are; if they are classes, set layout: "
            f'["{around}{{class}}/*"]'
        )


def two_readings(
    where: str, holders: Sequence[Path], tops: list[str], deep: set[str], around: str
) -> BadInput:
    inner = list(dict.fromkeys(holder[1] for holder in holders if len(holder) > 1))
    as_tops = f'{len(tops)} classes {braced(tops)} with layout: ["{around}{{class}}/**"]'
    if len(deep) < len(tops) or set(inner) & set(tops):
        flat = [top for top in tops if top not in deep]
        extra = braced([top for top in tops if top in deep])
        other = f'{len(flat)} classes {braced(flat)} with ignore: ["{around}{next(iter(deep))}"]'
        if set(inner) & set(tops):
            other += f", where {extra} holds a second copy"
    else:
        other = f'{len(inner)} classes {braced(inner)} with layout: ["{around}*/{{class}}/**"]'
    return BadInput(
        f"{where}: the folders {around}{tree(holders)} can be read in two ways: as {as_tops}, or "
        f"as {other}: set one of these"
    )


def check_classes(where: str, reading: Reading) -> None:
    classes = sorted({name for name in reading.classes if name is not None})
    if len(classes) == 1:
        raise BadInput(
            f"{where}: holds one class only, {shown(classes[0])}: a classifier needs two or more "
            "class folders"
        )
