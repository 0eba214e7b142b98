"""Class folders: whether folders side by side are a class each, or may be something else."""

from collections.abc import Sequence

from pipeline.sources.folder_names import copied, holds_images, is_kind, is_piece, what_else
from pipeline.sources.readings import BY_NAMES, Place, UnclearError, Way, written
from pipeline.sources.split_names import says_only_split, split_of, words_of
from pipeline.sources.trees import Path, braced, brief

FEW = 4  # kinds of the same images, at most
# What may stand beside a class that is called train.
VEHICLES = {
    *("airplane", "aeroplane", "plane", "bus", "car", "truck", "bicycle", "bike", "boat", "ship"),
    *("motorcycle", "motorbike", "tram", "taxi", "van", "helicopter", "subway", "metro"),
}
MANY = 12  # folders that advice names one by one, at most
HOLDOUT = 0.2  # of the pieces of a whole that advice makes test images


def check_classes(place: Place, paths: Sequence[Path], in_split: bool = False) -> None:
    """Raise UnclearError unless the first folder of each path is its class.

    paths: those of folders that hold images, in `place`; they have no folder in common.
    """
    tops = list(dict.fromkeys(path[0] for path in paths))
    looks_like = what_else(tops)
    if not looks_like:
        check_names(place, tops)
    deep = any(len(path) > 1 for path in paths)
    if not looks_like and (not deep or is_wrapped(paths, tops)):
        return
    shown = inside(place, tops)
    if looks_like == "kinds of files":
        ways = ways_among_kinds(place, tops, deep)
    else:
        ways = [*ways_of(place, paths, tops)]
        if deep and not in_split:
            ways[1:1] = as_splits(tops)
        elif in_split:
            ways.append(place.root().layout("**/{split}/{class}/*"))
    if not looks_like:
        raise UnclearError(f"the folders {shown} can be read in several ways", ways)
    raise UnclearError(
        f"{shown} look like {looks_like} and not like classes",
        ways,
        "or say with labels or file_name where classes are",
    )


def inside(place: Place, names: Sequence[str]) -> str:
    return "/".join(filter(None, [brief(place.path), braced(names)]))


def misplaced(tops: Sequence[str]) -> list[str]:
    """Folders that say nothing but a split, among what may be classes; not a train among cars."""
    if VEHICLES & set(map(str.lower, tops)):
        tops = [top for top in tops if top.lower() != "train"]
    return [top for top in tops if says_only_split(top)]


def check_names(place: Place, tops: Sequence[str]) -> None:
    """Raise UnclearError for single folders that hardly are classes, beside others that may be."""
    splits, copies = misplaced(tops), copied(tops)
    if splits:
        raise UnclearError(
            f"{inside(place, splits)} may be a split, or a class like those beside it",
            [
                place.ignore(splits),
                place.layout("{class}/**"),
                place.root().layout("**/{split}/{class}/*"),
            ],
        )
    if copies:
        raise UnclearError(
            f"{inside(place, list(copies))} may be no class, but a copy of "
            f"{braced(list(copies.values()))}",
            [place.ignore(list(copies)), place.layout("{class}/**")],
        )


def is_wrapped(paths: Sequence[Path], tops: Sequence[str]) -> bool:
    """Whether all that lies in each of the tops is one folder of no meaning, as in cat/images."""
    if len(paths) != len(tops) or any(len(path) == 1 for path in paths):
        return False
    return len({path[1:] for path in paths}) == 1 or all(
        name == path[0] or says_again(name, path[0]) for path in paths for name in path[1:]
    )


def says_again(name: str, top: str) -> bool:
    """Whether a folder's name has all the words of the one around it, as cat/cat_images has."""
    words = set(words_of(top))
    return bool(words) and words <= set(words_of(name))


def ways_of(place: Place, paths: Sequence[Path], tops: Sequence[str]) -> list[Way]:
    """Ways to read folders that are unclear, the likeliest first. Not all of them need work."""
    flat = {path[0] for path in paths if len(path) == 1}
    deep = {path[0]: None for path in paths if len(path) > 1}
    inner = {path[1]: None for path in paths if len(path) > 1}
    outer, inmost = place.layout("{class}/**"), place.layout("**/{class}/*")
    if not deep:
        return [*BY_NAMES, place.layout("{class}/*")]
    if flat & set(deep):
        return [place.layout("{class}/*"), outer, inmost]
    if flat:
        found = [outer, inmost]
        if flat & set(inner):  # a copy
            found[:0] = leave_out(place, tops, [top for top in tops if top not in deep])
        if any(map(split_of, inner)):
            found[:0] = leave_out(place, tops, list(deep))
        return found
    return ways_inside(place, tops, list(inner), len({path[:2] for path in paths}))


def ways_inside(place: Place, tops: Sequence[str], inner: Sequence[str], n: int) -> list[Way]:
    """The same where all tops hold folders. inner: their names; n: how many folders these are."""
    outer = place.layout("{class}/**")
    # Many tops that hold the same classes may be patients or scenes, which no split should part.
    deeper = place.layout("{group}/{class}/**" if len(tops) > MANY else "*/{class}/**")
    if any(map(is_kind, inner)):
        kind = next((name for name in inner if holds_images(name)), inner[0])
        return [place.layout(f"{{class}}/{written(kind)}/*"), outer, deeper]
    if what_else(inner):
        one = leave_out(place, tops, tops[:1]) if all(map(split_of, inner)) else []
        return [*one, outer, *(as_splits(inner) if all(map(is_piece, inner)) else []), deeper]
    few = n > len(inner) and len(tops) <= FEW
    return [deeper, outer, *(leave_out(place, tops, tops[:1]) if few else [])]


def ways_among_kinds(place: Place, tops: Sequence[str], deep: bool) -> list[Way]:
    """To use one kind of files only; or, against appearances, each as a class."""
    wanted = [top for top in tops if holds_images(top)] or list(tops)
    known = [top for top in tops if not is_kind(top)]  # which may well be classes
    found = [*leave_out(place, tops, known), *leave_out(place, tops, wanted[:1])]
    by_names = [Way({**way.values, **names.values}) for way in found for names in BY_NAMES]
    as_classes = place.layout("{class}/**" if deep else "{class}/*")
    return [*found, *by_names, as_classes, *([place.layout("*/{class}/**")] if deep else [])]


def leave_out(place: Place, tops: Sequence[str], wanted: Sequence[str]) -> list[Way]:
    """To ignore all but the folders that are wanted, where these are not too many to name."""
    others = [top for top in tops if top not in wanted]
    return [place.ignore(others)] if wanted and 0 < len(others) <= MANY else []


def as_splits(names: Sequence[str]) -> list[Way]:
    """To take folders for splits, if they are pieces of a whole, or two: of these either way."""
    if len(names) <= MANY and all(map(is_piece, names)):
        n_test = max(1, round(HOLDOUT * len(names)))
        parts = [*["train"] * (len(names) - n_test), *["test"] * n_test]
        return [Way({"splits": dict(zip(names, parts, strict=True))})]
    if len(names) != 2:
        return []
    one, other = names
    return [Way({"splits": {a: "train", b: "test"}}) for a, b in ((one, other), (other, one))]
