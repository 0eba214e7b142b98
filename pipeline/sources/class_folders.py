"""Class folders: the class of images from the folders around them, where it is clear."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from features.errors import BadInput
from pipeline.sources.split_names import is_fold, split_of
from pipeline.sources.trees import Path, braced, tree

# Folders of these names hold one kind of file each, and not one class each.
KINDS = {
    *("image", "images", "img", "imgs", "jpegimages", "pictures", "photos", "mask", "masks"),
    *("label", "labels", "annotation", "annotations", "groundtruth", "gt", "segmentation"),
}


@dataclass
class Reading:
    """What folders were taken for.

    For each holder, a folder that holds images itself: its class, None where its images are
    passed over, and its split, "" where it has none. said: sentences on what was understood.
    """

    classes: list[str | None]
    splits: list[str]
    said: list[str] = field(default_factory=list)


def wrapping(holders: Sequence[Path]) -> Path:
    """The folders around everything that are no class: all images lie deeper in them."""
    depth = 0
    while len({holder[depth] for holder in holders}) == 1 and all(
        len(holder) > depth + 1 for holder in holders
    ):
        depth += 1
    return holders[0][:depth]


def read_classes(where: str, holders: Sequence[Path]) -> Reading:
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
