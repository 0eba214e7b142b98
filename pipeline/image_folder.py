"""A directory or archive with a folder of image files per class, as a source."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.class_folders import class_folders
from pipeline.directory import list_directory, scan
from pipeline.labels import Row
from pipeline.listing import Listing
from pipeline.source import Source
from pipeline.tar_archive import list_tar
from pipeline.zip_archive import list_zip


def image_folder(path: Path) -> Source:
    """Every image is a group of its own. Raises BadInput."""
    listing = list_images(path)
    folder = listing.holders.folder
    layout = class_folders(str(path), listing.holders.first, listing.folders)

    def rows(order: np.ndarray) -> Iterator[Row]:
        for position, name in zip(order, listing.names(order), strict=True):
            i = folder[position]
            yield Row(name, layout.labels[i], layout.splits[i], int(position))

    return Source(
        n=len(folder),
        classes=layout.classes,
        rows=rows,
        images=listing.contents,
        sha256=listing.sha256,
    )


def list_images(path: Path) -> Listing:
    name = path.name.lower()
    if path.is_dir():
        return list_directory(path)
    if name.endswith(".zip"):
        return list_zip(path)
    if name.endswith((".tar", ".tar.gz", ".tgz")):
        return list_tar(path)
    raise BadInput(
        f"data {path}: is neither a folder nor a .zip, .tar, .tar.gz or .tgz: name one of these"
    )


def fingerprint(path: Path) -> str:
    """Changes where images come, go, or are written anew; none is read. "" without such a path.

    Raises BadInput where a folder cannot be listed.
    """
    if not os.path.exists(path):  # unlike Path.exists, False for a name that is too long
        return ""
    folders: list[str] = []
    files: list[str] = []
    if path.is_dir():
        scan(path.resolve(), "", folders, files)
        stamps = sorted(stamp(f"{path}/{file}") for file in files)
    else:
        stamps = [stamp(str(path))]
    lines = "\n".join(sorted(folders) + stamps)
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


def stamp(file: str) -> str:
    try:
        found = os.stat(file)
    except OSError:  # a link to nowhere, say; whoever loads the images will tell
        return file
    return f"{file}\t{found.st_size}\t{found.st_mtime_ns}"
