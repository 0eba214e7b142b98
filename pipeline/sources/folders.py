"""Classes and splits from the folders that images lie in: recognised, or refused; not guessed.

    train/<class>/*, test/<class>/* and perhaps validation/<class>/*, by any usual name
    <class>/train/*, <class>/test/*
    <class>/*

A single folder around everything is passed over, also one inside each split. Whatever else can be
read in several ways is refused, with these ways and the keys of the config that choose.
"""

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.advice import with_advice
from pipeline.sources.class_folders import check_classes, is_wrapped, misplaced
from pipeline.sources.folder_names import alike, what_else
from pipeline.sources.readings import BY_NAMES, Folders, Place, Reading, UnclearError
from pipeline.sources.split_folders import beside, read_splits
from pipeline.sources.split_names import part_of, says_only_split, split_of
from pipeline.sources.trees import Path, braced, brief, tree


def read_folders(where: str, folders: Folders) -> Reading:
    """Raises BadInput, naming `where`, for folders that cannot be read, or in several ways."""
    try:
        return understood(folders)
    except UnclearError as unclear:
        raise BadInput(with_advice(where, folders, unclear, understood)) from None


def understood(folders: Folders) -> Reading:
    """Raises UnclearError for folders that cannot be read, or in several ways."""
    around, inside = folders.around, folders.inside()
    if inside == [()]:
        raise UnclearError(
            f"all images lie in one folder{f', {brief(around)}' if around else ''}: that is one "
            "class only, and a classifier needs two",
            BY_NAMES,
            "or put them in a folder per class, or say with labels where classes are",
        )
    if () in inside:
        raise beside(around, folders.files[inside.index(())])
    tops = dict.fromkeys(path[0] for path in inside)
    parts = {top: part_of(top, folders.chosen) for top in tops}
    named = {top: part for top, part in parts.items() if part}
    if any(top in folders.chosen for top in tops) or are_splits(folders.at(), inside, named):
        check_chosen(folders, set(tops))
        reading = read_splits(folders, named)
    else:
        reading = read_classes(folders, named)
    told_around(around, reading)
    check_number(reading)
    return reading


def check_chosen(folders: Folders, names: set[str]) -> None:
    """names: those that the key splits of the config may name."""
    unused = [name for name in folders.chosen if name not in names]
    if unused:
        raise UnclearError(
            f"splits has {braced(unused)}, and of the folders that hold images none that could be "
            f"a split is called so: there is {tree(folders.paths)}",
            otherwise="mend the name, or say with layout where {split} and {class} stand",
        )


def are_splits(place: Place, inside: list[Path], named: dict[str, str]) -> bool:
    """Whether the first folders are splits. Raises UnclearError where that cannot be told.

    named: those of them that a split could be called.
    """
    if not named:
        return False
    tops = list(dict.fromkeys(path[0] for path in inside))
    others = [top for top in tops if top not in named]
    deep = {path[0] for path in inside if len(path) > 1}
    plain = not deep or is_wrapped(inside, tops)
    if deep & set(named) and not (plain and others):
        return True
    if not others:
        raise no_classes(place, named)
    if plain and are_classes(named, others):
        return False
    raise UnclearError(
        f"{braced(list(named))} may be a split without class folders, or a class like those "
        f"beside it, {braced(others)}",
        [
            place.ignore(list(named)),
            place.layout("{class}/**" if deep else "{class}/*"),
            *BY_NAMES,
        ],
        "say with labels or file_name where classes are",
    )


def are_classes(named: dict[str, str], others: list[str]) -> bool:
    """Whether folders that a split could be called are classes, as those beside them.

    "test tube" is one, beside twice as many others; train is one only beside other vehicles.
    """
    if any(map(says_only_split, named)):
        return not misplaced([*named, *others])
    return len(set(named.values())) == 1 and 2 * len(named) <= len(others)


def no_classes(place: Place, named: dict[str, str]) -> UnclearError:
    """All folders are called as splits, and hold images and no other folders."""
    both = ("{class}_{split}/*", "{split}_{class}/*", "{class}-{split}/*", "{split}-{class}/*")
    return UnclearError(
        f"{braced(list(named))} hold images and no class folders",
        [*[place.layout(pattern) for pattern in both], *BY_NAMES],
        "say with labels or file_name where classes are",
    )


def read_classes(folders: Folders, named: dict[str, str]) -> Reading:
    """The first folders are classes, perhaps with a folder for each split in them."""
    place, inside = folders.at(), folders.inside()
    classes: list[Path | None] = [(*place.path, path[0]) for path in inside]
    splits = [part_of(path[1], folders.chosen) if len(path) > 1 else "" for path in inside]
    tops = list(dict.fromkeys(path[0] for path in inside))
    if not all(splits) or len(set(splits)) < 2 or "train" not in splits or what_else(tops):
        check_chosen(folders, set())
        check_classes(place, inside)
        said = [f"The folder {shown(top)} is taken for a class." for top in named]
        return Reading(classes, [""] * len(inside), said)
    check_chosen(folders, {path[1] for path in inside})
    all_chosen = all(path[1] in folders.chosen for path in inside)
    alone = [
        (path[0], path[1] if all_chosen else s) for path, s in zip(inside, splits, strict=True)
    ]
    if len(set(alone)) < len(inside):
        raise UnclearError(
            f"the folders {tree(folders.paths)} can be read in several ways",
            [place.layout("*/{split}/{class}/**"), place.layout("{class}/{split}/**")],
        )
    check_same(place, inside, splits)
    return Reading(classes, splits, ["Splits: the folders in each class."])


def check_same(place: Place, inside: list[Path], splits: list[str]) -> None:
    """Raise UnclearError for a class that lacks a folder of training or test images."""
    there = {(alike(path[0]), split) for path, split in zip(inside, splits, strict=True)}
    for part in ("train", "test"):
        for path in inside:
            if part in splits and (alike(path[0]), part) not in there:
                raise UnclearError(
                    f"the class {shown(path[0])} is missing in {part}",
                    [place.ignore([path[0]])],
                    f"or add {part} images to it",
                )


def told_around(around: Path, reading: Reading) -> None:
    if around and split_of(around[-1]) == "train" and not any(reading.splits):
        reading.said.insert(0, f"There is no folder of test images beside {shown(around[-1])}.")
    elif around:
        reading.said.insert(0, f"Passed over: the folder {brief(around)} around everything.")


def check_number(reading: Reading) -> None:
    classes = {alike(path[-1]) for path in reading.classes if path is not None}
    if len(classes) == 1:
        raise UnclearError(
            f"it holds one class only, {shown(classes.pop())}",
            otherwise="a classifier needs two or more class folders",
        )
