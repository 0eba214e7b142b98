"""The image files of a .tar or .tar.gz, read from front to back, never unpacked to disk."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import numpy as np

from features.errors import BadInput
from pipeline.listing import (
    Holders,
    Listing,
    check_growth,
    check_size,
    is_image,
    safe_path,
    shown,
)
from pipeline.source import file_sha256

# The last two: of headers that are no numbers, or that never end.
DAMAGED = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, RecursionError)


class Bounded(io.BufferedIOBase):
    """A stream that refuses to grow beyond what its archive's size makes likely."""

    def __init__(self, stream: IO[bytes], path: Path):
        self.stream, self.path = stream, path
        self.packed, self.unpacked = path.stat().st_size, 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = self.stream.read(-1 if size is None else size)
        self.unpacked += len(data)
        check_growth(str(self.path), self.unpacked, self.packed)
        return data


def list_tar(path: Path) -> Listing:
    """Raises BadInput for a damaged archive and for one that is a trap."""
    folders, files = [], []
    with open_tar(path) as archive:
        for member in archive:
            name = safe_path(str(path), member.name)
            if member.isdir():
                folders.append(name)
                continue
            check_member(path, member)
            if is_image(name):
                check_size(str(path), member.name, member.size)
                files.append(name)
    files.sort()
    holders = Holders(str(path), files)

    def names(order: np.ndarray) -> Iterator[str]:
        return (files[position] for position in order)

    def contents(order: np.ndarray) -> Iterator[tuple[int, str, bytes]]:
        places = {name: i for i, name in enumerate(names(order))}
        with open_tar(path) as archive:
            for member in archive:
                name = safe_path(str(path), member.name)
                data = archive.extractfile(member) if name in places else None
                if data is not None:
                    yield places[name], name, data.read()

    return Listing(holders, folders, names, contents, lambda: file_sha256(path))


def open_stream(path: Path) -> IO[bytes]:
    if path.suffix.lower() in (".gz", ".tgz"):
        return cast(IO[bytes], gzip.open(path))
    return open(path, "rb")


@contextmanager
def open_tar(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive, to be read to its end. Raises BadInput where it is damaged or a trap."""
    try:
        with (
            open_stream(path) as stream,
            Bounded(stream, path) as bounded,
            tarfile.open(fileobj=bounded, mode="r|") as archive,
        ):
            yield archive
            # tarfile takes an archive cut between two members for whole.
            if bounded.unpacked <= archive.offset:
                raise tarfile.ReadError("it ends too early")
    except BadInput:
        raise
    except DAMAGED as failure:
        raise BadInput(
            f"{path}: is a damaged tar archive ({failure}): fetch or pack it again"
        ) from None


def check_member(path: Path, member: tarfile.TarInfo) -> None:
    if member.issym() or member.islnk():
        raise BadInput(
            f"{path}: {shown(member.name)} is a link: pack the archive anew with the file itself"
        )
    if not member.isreg() or member.issparse():
        raise BadInput(f"{path}: {shown(member.name)} is not an ordinary file: leave it out")
