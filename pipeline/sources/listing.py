"""List the image files in a folder or an archive, with the same checks for both.

A directory, a zip and a tar are containers: each yields its entries (files and folders) as they
are, and the contents of those that are asked for. This module decides which entries are images,
and refuses what is not allowed: bad paths, huge sizes, links, and the same path twice.
"""

import os
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.container import Container, check, check_growth, check_size
from pipeline.sources.external_sort import in_order
from pipeline.sources.file_kinds import hidden_part, is_image
from pipeline.sources.finds import Finds, table_beside
from pipeline.sources.path_patterns import Ignore

DRIVE = re.compile("[A-Za-z]:/")


@dataclass(frozen=True)
class Listing:
    """The n image files of a container, in the order of their paths, and its folders.

    A position, 0 .. n - 1, is an image's index in this order. Given an array of positions,
    `order`, `names` yields relative paths in that order, and `contents` yields (i, path, bytes)
    for each order[i]. Of each image, only the place of its entry and its folder's number are kept.
    """

    container: Container
    holders: "Holders"
    folders: list[str]
    places: array
    passed: dict[str, tuple[int, str]]
    tables: dict[str, int]

    def all_names(self) -> Iterator[str]:
        """The relative paths of all images."""
        return self.names(np.arange(len(self.places)))

    def table(self, name: str) -> bytes:
        """The content of a table of labels: a path in the container, or else of a file beside it.

        Raises BadInput where there is none, or several.
        """
        ends = [path for path in self.tables if f"/{path}".endswith(f"/{name}")]
        path = name if name in self.tables else ends[0] if len(ends) == 1 else ""
        if path:
            return next(data for _, _, data in self.container.contents([self.tables[path]]))
        file = table_beside(self.container.path, name)
        if file is None or ends:
            there = ", ".join(map(shown, ends or self.tables)) or "none"
            raise BadInput(
                f"config: labels: {'several tables' if ends else 'no table'} {shown(name)}, "
                f"neither one in {self.container.path} nor one at {os.path.abspath(name)}; tables "
                f"there: {there}"
            )
        return read_beside(file)

    def names(self, order: np.ndarray) -> Iterator[str]:
        return (path_in(self.container, name) for name in self.container.names(self.at(order)))

    def contents(self, order: np.ndarray) -> Iterator[tuple[int, str, bytes]]:
        for i, name, data in self.container.contents(self.at(order)):
            yield i, path_in(self.container, name), data

    def at(self, order: np.ndarray) -> Iterable[int]:
        return (self.places[position] for position in order)


class Holders:
    """The folders that hold images directly, gathered from the images' paths in sorted order.

    first: the path of the first image of each of these folders. folder: for each image, the index
    of its folder in `first`.
    """

    def __init__(self, where: str, files: Iterable[str] = ()) -> None:
        self.where = where
        self.first: list[str] = []
        self.folder = array("i")
        self.numbers: dict[str, int] = {}
        self.latest = ""
        for file in files:
            self.add(file)

    def add(self, file: str) -> None:
        """Add the next image, by its path.

        Raises BadInput for a path that comes twice: its image could end up in train and test.
        """
        if file == self.latest:
            raise BadInput(f"{self.where}: holds {shown(file)} twice: remove one of them")
        self.latest = file
        number = self.numbers.setdefault(file.rpartition("/")[0], len(self.first))
        if number == len(self.first):
            self.first.append(file)
        self.folder.append(number)


def list_images(container: Container, ignore: Sequence[str] = ()) -> Listing:
    """List the images of a container, but for those that a pattern of `ignore` fits.

    Raises BadInput where it is damaged or unreadable, or holds what is not allowed.
    """
    finds, left_out = Finds(), Ignore(ignore)
    holders, places = Holders(str(container.path)), array("q")
    for name, place in in_order(images(container, left_out, finds)):
        holders.add(name)
        places.append(place)
    if left_out.idle:
        raise BadInput(
            f"config: ignore: {shown(next(iter(left_out.idle)))} fits no file or folder of "
            f"{container.path}: mend it, or remove it; patterns with a slash are paths from the "
            "top"
        )
    return Listing(container, holders, list(finds.folders), places, finds.passed, finds.tables)


def images(container: Container, ignore: Ignore, finds: Finds) -> Iterator[tuple[str, int]]:
    """Yield each image's path and the place of its entry; note in `finds` what else there is."""
    where, unpacked = str(container.path), 0
    for entry in container.entries():
        unpacked += entry.size
        name = path_in(container, entry.name)
        hidden = hidden_part(name)
        if ignore.fits(name):
            if not entry.is_folder:
                finds.pass_over("files left out by ignore", name)
        elif hidden:
            finds.pass_over_hidden(name, hidden, entry.is_folder)
        elif entry.passed_over:
            finds.pass_over(entry.passed_over, name)
        elif entry.is_folder or is_image(name, entry.head):
            check(where, entry)
            if entry.is_folder:
                finds.folders[name] = None
            else:
                yield name, entry.place
        else:
            finds.pass_over_file(name, entry.place)
    if container.packed_size is not None:
        check_growth(where, unpacked, container.packed_size)


def read_beside(file: Path) -> bytes:
    check_size(str(file.parent), file.name, file.stat().st_size)
    try:
        return file.read_bytes()
    except OSError as failure:
        raise BadInput(
            f"config: labels: {shown(str(file))} cannot be read ({failure.strerror}): check its "
            "permissions"
        ) from None


def path_in(container: Container, name: str) -> str:
    """An entry's path within its container; the names in a directory are paths already."""
    return name if container.packed_size is None else safe_path(str(container.path), name)


def safe_path(where: str, name: str) -> str:
    """The path of an entry relative to its container, with single forward slashes.

    Raises BadInput for a path that leads out of the container.
    """
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or DRIVE.match(path):
        raise BadInput(
            f"{where}: the path {shown(name)} climbs out of the archive: do not trust this "
            "archive, or pack it again with relative paths"
        )
    return "/".join(parts)
