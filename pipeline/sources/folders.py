"""Classes and splits from the folders that images lie in: recognised, or refused; not guessed.

    train/<class>/*, test/<class>/* and perhaps validation/<class>/*, by any usual name
    <class>/train/*, <class>/test/*
    <class>/*

A single folder around everything is passed over, also one inside each split. Whatever else can be
read in two ways is refused, with both of them and the key of the config that chooses.
"""

from collections.abc import Sequence

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.class_folders import Reading, read_classes, wrapping
from pipeline.sources.split_folders import read_splits
from pipeline.sources.split_names import split_of
from pipeline.sources.trees import Path, tree


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
        reading = read_classes(where, inner)
    if wrapper and split_of(wrapper[-1]) == "train":
        said = ["There is no test folder beside train: test images are drawn."]
    reading.said[:0] = said
    check_classes(where, reading)
    return reading


def check_chosen(where: str, chosen: dict[str, str], inner: Sequence[Path]) -> None:
    there = {name for holder in inner for name in holder}
    for name in chosen:
        if name not in there:
            raise BadInput(
                f"config: splits.{name}: {where} has no folder of that name; it has {tree(inner)}"
            )


def check_classes(where: str, reading: Reading) -> None:
    classes = sorted({name for name in reading.classes if name is not None})
    if len(classes) == 1:
        raise BadInput(
            f"{where}: holds one class only, {shown(classes[0])}: a classifier needs two or more "
            "class folders"
        )
