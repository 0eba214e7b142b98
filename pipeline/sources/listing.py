"""What a folder or an archive holds, checked in one place whichever of them it is.

A directory, a zip and a tar are containers: each yields its entries as they are, and gives back
the contents of those that are asked for. Which entries are images, and what none may be, is
decided here: names, hidden files, sizes, links, doubles.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.external_sort import in_order

DRIVE = re.compile("[A-Za-z]:/")
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")

# Beyond these, a file is a trap: a small archive made to fill the memory or the disk.
MAX_FILE_BYTES = 256 * 2**20
MAX_GROWTH = 100
ALWAYS_ALLOWED_BYTES = 64 * 2**20


class Entry(NamedTuple):
    """What a container says of one thing in it.

    `place` is what the container finds it by again. `fault` says why it cannot be read as an
    ordinary file, in words that follow its name; "" for most.
    """

    name: str
    place: int
    size: int = 0
    is_folder: bool = False
    fault: str = ""


class Container(Protocol):
    """A directory or archive. Both methods raise BadInput where it is damaged or unreadable."""

    @property
    def path(self) -> Path: ...

    @property
    def packed_size(self) -> int | None:
        """Bytes that the entries are packed in, None where they are not."""

    def entries(self) -> Iterator[Entry]: ...

    def names(self, places: Iterable[int]) -> Iterator[str]:
        """The names of entries, as they came from `entries`."""

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        """(i, name, bytes) of the i-th place, with i ascending or in the container's own order."""

    def sha256(self) -> str:
        """Valid once the contents have been read."""


@dataclass(frozen=True)
class Listing:
    """The n image files of a container, in the order of their paths, and its folders.

    Given an order of positions, `names` yields relative paths in that order, and `contents` yields
    (i, path, bytes) for each order[i]. Of each image only the place of its entry is kept.
    """

    container: Container
    holders: "Holders"
    folders: list[str]
    places: array

    def names(self, order: np.ndarray) -> Iterator[str]:
        where = str(self.container.path)
        return (safe_path(where, name) for name in self.container.names(self.at(order)))

    def contents(self, order: np.ndarray) -> Iterator[tuple[int, str, bytes]]:
        where = str(self.container.path)
        for i, name, data in self.container.contents(self.at(order)):
            yield i, safe_path(where, name), data

    def at(self, order: np.ndarray) -> Iterable[int]:
        return (self.places[position] for position in order)


class Holders:
    """The folders that hold images themselves, gathered from the images' paths in sorted order.

    `first` has the first image of each of these folders, `folder` for each image its folder, as a
    position in `first`.
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
        """BadInput for a path that comes twice: its image could end up in train and test."""
        if file == self.latest:
            raise BadInput(f"{self.where}: holds {shown(file)} twice: remove one of them")
        self.latest = file
        number = self.numbers.setdefault(file.rpartition("/")[0], len(self.first))
        if number == len(self.first):
            self.first.append(file)
        self.folder.append(number)


def list_images(container: Container) -> Listing:
    """Raises BadInput for a container that is damaged or a trap."""
    folders: list[str] = []
    holders, places = Holders(str(container.path)), array("q")
    for name, place in in_order(images(container, folders)):
        holders.add(name)
        places.append(place)
    return Listing(container, holders, folders, places)


def images(container: Container, folders: list[str]) -> Iterator[tuple[str, int]]:
    """The path of each image and the place of its entry; paths of folders go to `folders`."""
    where, unpacked = str(container.path), 0
    for entry in container.entries():
        unpacked += entry.size
        name = safe_path(where, entry.name)
        if is_hidden(name) or not (entry.is_folder or is_image(name)):
            continue
        if entry.fault:
            raise BadInput(f"{where}: {shown(entry.name)} {entry.fault}")
        if entry.is_folder:
            folders.append(name)
        else:
            check_size(where, entry.name, entry.size)
            yield name, entry.place
    if container.packed_size is not None:
        check_growth(where, unpacked, container.packed_size)


def safe_path(where: str, name: str) -> str:
    """The entry's path within its container, with single slashes; BadInput where it climbs out."""
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or DRIVE.match(path):
        raise BadInput(
            f"{where}: the path {shown(name)} climbs out of the archive: do not trust this "
            "archive, or pack it again with relative paths"
        )
    return "/".join(parts)


def is_hidden(path: str) -> bool:
    """What operating systems strew about: .DS_Store, .git, macOS's second copy of every file."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def is_image(path: str) -> bool:
    """By its suffix; README, label tables and the like beside the images are passed over."""
    return path.lower().endswith(SUFFIXES) and not is_hidden(path)


def check_growth(where: str, unpacked: int, packed: int) -> None:
    if unpacked > max(ALWAYS_ALLOWED_BYTES, MAX_GROWTH * packed):
        raise BadInput(
            f"{where}: unpacks to more than {MAX_GROWTH} times its size: if you trust this "
            "archive, unpack it and name the folder instead"
        )


def check_size(where: str, name: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise BadInput(
            f"{where}: {shown(name)} is larger than {MAX_FILE_BYTES >> 20} MiB: remove it or "
            "save it smaller"
        )
