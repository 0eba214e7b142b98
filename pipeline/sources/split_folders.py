"""Folders that are named as splits, and the class folders in them."""

from collections.abc import Sequence

from pipeline.runtime.messages import shown
from pipeline.sources.class_folders import MANY, check_classes
from pipeline.sources.folder_names import alike
from pipeline.sources.readings import (
    BY_NAMES,
    Folders,
    Place,
    Reading,
    UnclearError,
    Way,
    ignoring,
)
from pipeline.sources.source import SPLITS
from pipeline.sources.trees import Path, braced, brief, common

FEW = 3  # ways of one kind that advice names, at most


def read_splits(folders: Folders, named: dict[str, str]) -> Reading:
    """named: the folders, side by side, that are splits, and which of them each is."""
    place, inside = folders.at(), folders.inside()
    check_one_each(place, inside, named, folders.chosen)
    found: dict[Path, Path] = {}  # the paths of folders, and those of their classes
    single: dict[str, Path] = {}  # splits of which all images lie in one folder
    for top in named:
        below = [path[1:] for path in inside if path[0] == top]
        inner = common(below)
        if below == [inner]:
            single[top] = inner
        else:
            found |= classes_in(place, top, inner, below, folders)
    add_single(place, named, single, found)
    reading = Reading([], [])
    for path in inside:
        reading.classes.append(found.get(path))
        reading.splits.append(named.get(path[0], ""))
    by_part: dict[str, dict[str, Path]] = {}
    for path, whole in found.items():
        by_part.setdefault(named[path[0]], {})[alike(whole[-1])] = whole
    pass_over(place, folders, named, by_part["train"], reading)
    check_same_classes(by_part)
    reading.said += said_of(named, by_part)
    return reading


def check_one_each(
    place: Place, inside: Sequence[Path], named: dict[str, str], chosen: dict[str, str]
) -> None:
    """Raise UnclearError unless there is a folder of training images, and one for each split."""
    tops = list(dict.fromkeys(path[0] for path in inside))
    for part in ("train", "validation", "test"):
        mine = [top for top in named if named[top] == part]
        if len(mine) > 1 and not all(top in chosen for top in mine):
            raise UnclearError(
                f"{braced(mine)} may all be {part} images, or copies, or pieces that take turns",
                [
                    Way({"splits": dict.fromkeys(mine, part)}),
                    *[place.ignore([top for top in mine if top != one]) for one in mine[:FEW]],
                    place.ignore(seconds(named)),
                ],
                "say with splits what each is for, or leave some out with ignore",
            )
    if "train" in named.values():
        return
    others = [top for top in tops if top not in named]
    other = others[:FEW] or [top for top in named if named[top] == "validation"]
    raise UnclearError(
        f"there is {braced(list(named))} and no folder that is named as training images",
        [
            *[Way({"splits": {top: "train"}}) for top in other],
            place.layout("{split}/{class}/*", "{class}/*"),
            place.layout("{class}/**"),
            place.ignore(list(named)),
        ],
        "rename one to train, or say with splits which folder is for what",
    )


def seconds(named: dict[str, str]) -> list[str]:
    """All but the first folder of each split."""
    firsts = {part: top for top, part in reversed(named.items())}
    return [top for top in named if top not in firsts.values()]


def classes_in(
    place: Place, top: str, inner: Path, below: Sequence[Path], folders: Folders
) -> dict[Path, Path]:
    """The class folder of each folder in a split. inner: the folders around all of them."""
    whole = (*place.path, top, *inner)
    if inner in below:
        file = next(f for p, f in zip(folders.paths, folders.files, strict=True) if p == whole)
        raise beside(whole, file)
    within = Place(whole, f"{place.pattern}{{split}}/{'*/' * len(inner)}")
    check_classes(within, [path[len(inner) :] for path in below], in_split=True)
    return {(top, *path): (*place.path, top, *path[: len(inner) + 1]) for path in below}


def beside(folder: Path, file: str) -> UnclearError:
    """file: an image that lies in `folder` itself, where others lie in folders in it."""
    name = file.rpartition("/")[2]
    ending = name.rpartition(".")[2] if "." in name.strip(".") else ""
    pattern = f"*.{ending}" if ending.isalnum() else name
    where = f"in {brief(folder)}" if folder else "at the top"
    return UnclearError(
        f"{where} some images, such as {shown(file)}, lie beside the class folders and in none",
        [Way({"ignore": [ignoring((*folder, "")) + pattern]})],
        "or move them into one",
    )


def add_single(
    place: Place, named: dict[str, str], single: dict[str, Path], found: dict[Path, Path]
) -> None:
    """Add splits that are one folder of images: that of a class of the others, or of none."""
    known = {alike(path[-1]) for path in found.values()}
    unlabelled = []
    for top, inner in single.items():
        whole = (*place.path, top, *inner)
        if inner and alike(inner[-1]) in known:
            found[(top, *inner)] = whole
        elif named[top] == "train":
            raise UnclearError(
                f"the images in {brief(whole)} lie in one folder and in no class folders, so all "
                "are of one class only",
                BY_NAMES,
                "or say with labels or file_name where classes are",
            )
        else:
            unlabelled.append(whole)
    if unlabelled:
        left_out = Way({"ignore": [ignoring(path) for path in unlabelled]})
        spare = {top: "test" for top in named if named[top] == "validation" and top not in single}
        tested_on = Way({**left_out.values, "splits": spare})
        raise UnclearError(
            f"the images in {' and '.join(map(brief, unlabelled))} have no classes, so nothing "
            "can be scored on them",
            [left_out, tested_on] if spare else [left_out],
            "or give their classes in a table with labels",
        )


def pass_over(
    place: Place,
    folders: Folders,
    named: dict[str, str],
    classes: dict[str, Path],
    reading: Reading,
) -> None:
    """Say what lies beside the splits; refuse it where it looks like more of the same."""
    inside = folders.inside()
    for top in dict.fromkeys(path[0] for path in inside if path[0] not in named):
        mine = [i for i, path in enumerate(inside) if path[0] == top]
        same = any(alike(name) in classes for i in mine for name in inside[i])
        if same:
            part = "train" if "test" in named.values() else "test"
            more = {name: part for name in named if named[name] == part} | {top: part}
            raise UnclearError(
                f"{shown(top)} lies beside {braced(list(named))} and holds the same classes: it "
                f"may be more {part} images, or a copy",
                [
                    place.ignore([top]),
                    Way({"splits": more}),
                    place.layout("**/{split}/{class}/*"),
                ],
                "say with splits what it is for, or leave it out with ignore",
            )
        if set(named.values()) == {"train"} and any(len(inside[i]) > 1 for i in mine):
            raise UnclearError(
                f"{braced(list(named))} may hold the training images, or be a class like "
                f"{shown(top)}",
                [place.layout("{class}/**"), place.layout("*/{class}/**"), place.ignore([top])],
            )
        n = sum(folders.counts[i] for i in mine)
        reading.said.append(
            f"Passed over: {n} images in {shown(top)}, which is no split and holds no class of "
            "the training images."
        )


def check_same_classes(by_part: dict[str, dict[str, Path]]) -> None:
    """Training and test images are of the same classes, validation images of no others."""
    for part in by_part:
        for here, there in ((part, "train"), ("train", part)):
            missing = sorted(set(by_part[here]) - set(by_part[there]))
            if not missing or (here, there) == ("train", "validation"):
                continue
            paths = [by_part[here][name] for name in missing]
            also = f", and {len(paths) - 1} more" if len(paths) > 1 else ""
            raise UnclearError(
                f"the class {shown(paths[0][-1])} of {here} is missing in {there}{also}",
                [Way({"ignore": list(map(ignoring, paths))})] if len(paths) <= MANY else [],
                f"or add images of it to {there}",
            )


def said_of(named: dict[str, str], by_part: dict[str, dict[str, Path]]) -> list[str]:
    folders = {
        part: " and ".join(shown(top) for top in named if named[top] == part)
        for part in SPLITS
        if part in by_part
    }
    said = [f"Splits: {', '.join(f'{part} from {tops}' for part, tops in folders.items())}."]
    if "test" not in by_part:
        said.append("There is no folder of test images: they are drawn from train.")
    return said
