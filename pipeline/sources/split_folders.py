"""Folders that are named as splits, and the class folders in them."""

from collections.abc import Sequence

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.class_folders import Reading, classes_of, wrapping
from pipeline.sources.trees import Path, braced, tree


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
