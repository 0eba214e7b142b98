"""What a folder or an archive holds, and what none of them may hold."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from features.errors import BadInput

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")

# Beyond these, a file is a trap: a small archive made to fill the memory or the disk.
MAX_FILE_BYTES = 256 * 2**20
MAX_GROWTH = 100
ALWAYS_ALLOWED_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Listing:
    """The image files (relative paths, sorted) and folders of a directory or archive.

    `contents(files, order)` yields (position in files, bytes) for each position of `order`, in
    that order or, where this is slow, in the archive's own. `sha256()` is valid after that.
    """

    files: list[str]
    folders: list[str]
    contents: Callable[[list[str], np.ndarray], Iterator[tuple[int, bytes]]]
    sha256: Callable[[], str]


def safe_path(where: str, name: str) -> str:
    """The member's path within its archive, with single slashes; BadInput where it climbs out."""
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or re.match("[A-Za-z]:/", path):
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


def check_unique(where: str, paths: list[str]) -> None:
    """An image held twice could end up in both train and test."""
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            raise BadInput(f"{where}: holds {shown(path)} twice: remove one of them")
        seen.add(path)


def shown(name: str) -> str:
    """A name fit for a message of one line."""
    return name if name.isprintable() else ascii(name)
