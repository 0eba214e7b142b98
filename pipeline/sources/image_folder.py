"""Images in a directory or archive, their classes in folders, names or a table, as a source."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.sources.container import Container
from pipeline.sources.directory import Directory, beginning
from pipeline.sources.fingerprint import digest
from pipeline.sources.labelling import label_images
from pipeline.sources.listing import list_images
from pipeline.sources.source import SPLITS, Encoded, Options, Record, Source
from pipeline.sources.tar_archive import TarArchive
from pipeline.sources.zip_archive import ZipArchive

OPTIONS = ("layout", "ignore", "splits", "labels", "file_name", "archive_encoding")

# How each kind of archive begins; a tar has its mark further in.
ZIP = (b"PK\3\4", b"PK\5\6")
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
TAR_MARK, TAR_MARK_AT = b"ustar", 257


def recognises(data: str) -> bool:
    return bool(data) and os.path.exists(data)  # Path.exists fails for too long a name


def fingerprint(data: str, verify: bool) -> str:
    return digest(Path(data), verify)


def open(data: str, options: Options) -> Source:
    """The images of the directory or archive at the path `data`.

    Raises BadInput where it is damaged, holds what is not allowed, or can be read in two ways.
    """
    listing = list_images(container(Path(data), options.archive_encoding), options.ignore or [])
    found = label_images(data, listing, options)
    group = found.kept if found.group is None else found.group

    def records(order: np.ndarray) -> Iterator[Record]:
        for i, name in zip(order, listing.names(found.kept[order]), strict=True):
            yield Record(name, int(found.label[i]), SPLITS[found.split[i]], int(group[i]))

    def images(order: np.ndarray) -> Iterator[tuple[int, str, Encoded]]:
        return listing.contents(found.kept[order])

    return Source(
        n=len(found.kept),
        classes=found.classes,
        records=records,
        images=images,
        sha256=listing.container.sha256,
        said=[*listing.container.said, *found.said],
        passed=listing.passed,
    )


def container(path: Path, encoding: str | None = None) -> Container:
    """The directory or archive at `path`, by how it begins. Raises BadInput where it is neither.

    encoding: that of the names in a zip, where it does not say; refused where there is no zip.
    """
    start = beginning(path, TAR_MARK_AT + len(TAR_MARK)) if path.is_file() else b""
    name = path.name.lower()
    if start.startswith(ZIP) or (name.endswith(".zip") and not path.is_dir()):
        return ZipArchive(path, encoding)
    if encoding:
        raise BadInput(f"config: archive_encoding: {path} is no zip archive: remove this key")
    if path.is_dir():
        return Directory(path)
    is_tar = start.startswith(COMPRESSED) or start[TAR_MARK_AT:] == TAR_MARK
    if is_tar or name.endswith((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")):
        return TarArchive(path)
    raise BadInput(
        f"data {path}: is neither a folder nor an archive (.zip, .tar, .tar.gz, .tar.bz2, "
        ".tar.xz): name one of these"
    )
