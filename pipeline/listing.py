"""What a folder or an archive holds, and what none of them may hold."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from features.errors import BadInput

DRIVE = re.compile("[A-Za-z]:/")
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")

# Beyond these, a file is a trap: a small archive made to fill the memory or the disk.
MAX_FILE_BYTES = 256 * 2**20
MAX_GROWTH = 100
ALWAYS_ALLOWED_BYTES = 64 * 2**20


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


@dataclass(frozen=True)
class Listing:
    """The n image files, in the order of their paths, and the folders of a directory or archive.

    Given an order of positions, `names` yields relative paths in that order, and `contents` yields
    (i, path, bytes) for each order[i], with i ascending or, where this is slow, in the archive's
    own order. `sha256()` is valid after that.
    """

    holders: Holders
    folders: list[str]
    names: Callable[[np.ndarray], Iterator[str]]
    contents: Callable[[np.ndarray], Iterator[tuple[int, str, bytes]]]
    sha256: Callable[[], str]


def safe_path(where: str, name: str) -> str:
    """The member's path within its archive, with single slashes; BadInput where it climbs out."""
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


def shown(name: str) -> str:
    """A name fit for a message of one line."""
    return name if name.isprintable() else ascii(name)
