"""The image files of a directory."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.listing import Holders, Listing, check_size, is_hidden, is_image, shown
from pipeline.source import named_sha256


def list_directory(path: Path) -> Listing:
    """Raises BadInput for a link that leaves the directory and for what cannot be read."""
    folders: list[str] = []
    files: list[str] = []
    scan(path.resolve(), "", folders, files)
    files.sort()
    holders = Holders(str(path), files)
    digests: dict[str, str] = {}

    def names(order: np.ndarray) -> Iterator[str]:
        return (files[position] for position in order)

    def contents(order: np.ndarray) -> Iterator[tuple[int, str, bytes]]:
        for i, name in enumerate(names(order)):
            data = read(path / name)
            digests[name] = hashlib.sha256(data).hexdigest()
            yield i, name, data

    return Listing(holders, folders, names, contents, lambda: named_sha256(digests))


def scan(root: Path, folder: str, folders: list[str], files: list[str]) -> None:
    """Append what lies in root/folder and below to `folders` and `files`, relative to root."""
    try:
        entries = [entry for entry in os.scandir(root / folder) if not is_hidden(entry.name)]
    except OSError as failure:
        raise unreadable(root / folder, failure) from None
    for entry in entries:
        name = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_symlink():
            check_link(root, root / name)
        if os.path.isdir(entry):  # unlike the entry's own, False for a link to itself
            folders.append(name)
            scan(root, name, folders, files)
        elif is_image(name):
            files.append(name)


def check_link(root: Path, link: Path) -> None:
    # A link to a folder within would count its images twice, perhaps in both train and test.
    if not Path(os.path.realpath(link)).is_relative_to(root) or os.path.isdir(link):
        raise BadInput(
            f"{shown(str(link))}: is a link out of {root} or to another folder: put the files "
            "themselves in its place"
        )


def read(file: Path) -> bytes:
    if file.exists() and not file.is_file():
        raise BadInput(f"{shown(str(file))}: is not an ordinary file: remove it")
    try:
        check_size(str(file.parent), file.name, file.stat().st_size)
        return file.read_bytes()
    except OSError as failure:
        raise unreadable(file, failure) from None


def unreadable(path: Path, failure: OSError) -> BadInput:
    return BadInput(
        f"{shown(str(path))}: cannot be read ({failure.strerror}): check its permissions, or "
        "remove it"
    )
