"""A source of images for a directory or archive with one folder of image files per class."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.sources.class_folders import class_folders
from pipeline.sources.directory import Directory
from pipeline.sources.fingerprint import digest
from pipeline.sources.listing import Container, list_images
from pipeline.sources.source import Record, Source
from pipeline.sources.tar_archive import TarArchive
from pipeline.sources.zip_archive import ZipArchive


def recognises(data: str) -> bool:
    return bool(data) and os.path.exists(data)  # Path.exists fails for too long a name


def fingerprint(data: str) -> str:
    return digest(Path(data))


def open(data: str, seed: int) -> Source:
    """The images of the directory or archive at the path `data`; each is a group of its own.

    Raises BadInput where it is damaged, holds what is not allowed, or has another layout.
    """
    listing = list_images(container(Path(data)))
    folder = listing.holders.folder
    layout = class_folders(data, listing.holders.first, listing.folders)

    def records(order: np.ndarray) -> Iterator[Record]:
        for position, name in zip(order, listing.names(order), strict=True):
            i = folder[position]
            yield Record(name, layout.labels[i], layout.splits[i], int(position))

    return Source(
        n=len(folder),
        classes=layout.classes,
        records=records,
        images=listing.contents,
        sha256=listing.container.sha256,
    )


def container(path: Path) -> Container:
    """The directory or archive at `path`. Raises BadInput where it is neither."""
    name = path.name.lower()
    if path.is_dir():
        return Directory(path)
    if name.endswith(".zip"):
        return ZipArchive(path)
    if name.endswith((".tar", ".tar.gz", ".tgz")):
        return TarArchive(path)
    raise BadInput(
        f"data {path}: is neither a folder nor a .zip, .tar, .tar.gz or .tgz: name one of these"
    )
