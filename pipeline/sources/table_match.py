"""Which image each row of a table of labels means."""

from collections.abc import Callable, Iterable, Sequence

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.file_kinds import SUFFIXES
from pipeline.sources.folder_names import alike

DEEPEST = 32  # folders by which a path is told from others, at most

Parts = tuple[str, ...]
Key = tuple[int, Parts]  # the last so many parts of a path, 0 for all of them; and these parts


class NoLabelsError(BadInput):
    """A table that says no labels of the images that there are."""


def match(table: str, paths: Sequence[str], images: Sequence[str]) -> list[int]:
    """For each path of a row the image that it means, a position in `images`.

    By the whole path; or else by the last folders and the name, as many as both have; or by as
    many as tell of every row which image is meant. If need be, all that without the endings of
    files. Raises BadInput where nothing does, and where two rows mean one image.
    """
    fewest: list[str] = list(paths)
    for changed in (alike, without_ending):
        wanted, there = parts_of(paths, changed), parts_of(images, changed)
        for keys in ways(wanted, there):
            found = looked_up(keys, there)
            missing = [path for path, at in zip(paths, found, strict=True) if at is None]
            if not missing:
                return checked(table, paths, found)
            fewest = missing if len(missing) < len(fewest) else fewest
    kind = NoLabelsError if len(fewest) == len(paths) else BadInput
    raise kind(
        f"{shown(table)}: {len(fewest)} of {len(paths)} rows name images that are not there, such "
        f"as {shown(fewest[0])}: mend the paths, or remove the rows"
    )


def parts_of(paths: Iterable[str], changed: Callable[[str], str]) -> list[Parts]:
    split = (changed(path).replace("\\", "/").split("/") for path in paths)
    return [tuple(part for part in parts if part not in ("", ".")) for parts in split]


def without_ending(path: str) -> str:
    stem, _, ending = alike(path).rpartition(".")
    return stem if f".{ending.lower()}" in SUFFIXES else alike(path)


def ways(wanted: Sequence[Parts], there: Sequence[Parts]) -> Iterable[list[Key]]:
    """Ways to look up the rows, the strictest first."""
    yield [(0, path) for path in wanted]
    yield [(len(path), path) for path in wanted]
    deepest = min(max(map(len, wanted)), max(map(len, there)), DEEPEST)
    for k in range(deepest, 0, -1):
        yield [(min(k, len(path)), path[-k:]) for path in wanted]


def looked_up(keys: Sequence[Key], there: Sequence[Parts]) -> list[int | None]:
    """For each key its image, None where there is none, -1 where there are several."""
    indexes: dict[int, dict[Parts, int]] = {}
    for k in {k for k, _ in keys}:
        index = indexes[k] = {}
        for i, path in enumerate(there):
            if index.setdefault(path[-k:], i) != i:
                index[path[-k:]] = -1
    return [indexes[k].get(path) for k, path in keys]


def checked(table: str, paths: Sequence[str], found: Sequence[int | None]) -> list[int]:
    seen: dict[int, str] = {}
    for path, at in zip(paths, found, strict=True):
        if at is None or at < 0:
            raise BadInput(
                f"{shown(table)}: {shown(path)} may mean several images: give whole paths"
            )
        if at in seen:
            raise BadInput(
                f"{shown(table)}: {shown(path)} and {shown(seen[at])} name one image twice: leave "
                "one of the rows"
            )
        seen[at] = path
    return list(seen)
