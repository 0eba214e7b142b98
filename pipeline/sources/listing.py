"""List the image files in a folder or an archive, with the same checks for both.

A directory, a zip and a tar are containers: each yields its entries (files and folders) as they
are, and the contents of those that are asked for. This module decides which entries are images,
and refuses what is not allowed: bad paths, huge sizes, links, and the same path twice.
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

# Limits against traps: small archives that are made to fill the memory or the disk.
MAX_FILE_BYTES = 256 * 2**20
MAX_GROWTH = 100  # times the size of the archive, for all of its files unpacked
ALWAYS_ALLOWED_BYTES = 64 * 2**20  # unpacked, however small the archive


class Entry(NamedTuple):
    """What a container says about one file or folder in it.

    place: a number by which the container finds it again. size: in bytes, unpacked. fault: why it
    cannot be read as an ordinary file, in words that follow its name in a message; "" if it can.
    """

    name: str
    place: int
    size: int = 0
    is_folder: bool = False
    fault: str = ""


class Container(Protocol):
    """A directory or archive. Its methods raise BadInput where it is damaged or unreadable."""

    @property
    def path(self) -> Path: ...

    @property
    def packed_size(self) -> int | None:
        """The size of the archive in bytes; None for a directory, where nothing is packed."""

    def entries(self) -> Iterator[Entry]: ...

    def names(self, places: Iterable[int]) -> Iterator[str]:
        """The names of the entries at these places, as `entries` gave them."""

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        """(i, name, bytes) of the i-th place, with i ascending or in the container's own order."""

    def sha256(self) -> str:
        """The digest of what was read; valid once the contents have been read."""


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


def list_images(container: Container) -> Listing:
    """List the images of a container.

    Raises BadInput where it is damaged or unreadable, or holds what is not allowed.
    """
    folders: list[str] = []
    holders, places = Holders(str(container.path)), array("q")
    for name, place in in_order(images(container, folders)):
        holders.add(name)
        places.append(place)
    return Listing(container, holders, folders, places)


def images(container: Container, folders: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each image's path and the place of its entry; add paths of folders to `folders`."""
    where, unpacked = str(container.path), 0
    for entry in container.entries():
        unpacked += entry.size
        name = path_in(container, entry.name)
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


def is_hidden(path: str) -> bool:
    """Whether a path is hidden: .git, .DS_Store, macOS's second copy of every file (__MACOSX)."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def is_image(path: str) -> bool:
    """Whether a file is an image, by its suffix; others, such as a README, are passed over."""
    return path.lower().endswith(SUFFIXES) and not is_hidden(path)


def check_growth(where: str, unpacked: int, packed: int) -> None:
    """Raise BadInput for an archive that unpacks to many times its size. Both are in bytes."""
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
