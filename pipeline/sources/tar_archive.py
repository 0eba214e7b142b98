"""A .tar or .tar.gz as a container of files, read from front to back, never unpacked to disk."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from features.errors import BadInput
from pipeline.sources.listing import Entry, check_growth
from pipeline.sources.source import file_sha256

# What reading a damaged archive raises. The last two come from headers that should be numbers and
# are not, and from headers that follow each other without end.
DAMAGED = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, RecursionError)


class Bounded(io.BufferedIOBase):
    """The unpacked bytes of an archive; raises BadInput once they are many times its size."""

    def __init__(self, stream: IO[bytes], path: Path):
        self.stream, self.path = stream, path
        self.packed, self.unpacked = path.stat().st_size, 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = self.stream.read(-1 if size is None else size)
        self.unpacked += len(data)
        check_growth(str(self.path), self.unpacked, self.packed)
        return data


class TarArchive:
    """A tar archive. The place of an entry is the number of its member, from the front."""

    def __init__(self, path: Path) -> None:
        self.path, self.packed_size = path, path.stat().st_size
        self.members: list[str] = []

    def entries(self) -> Iterator[Entry]:
        self.members = []
        with open_tar(self.path) as archive:
            for place, member in enumerate(archive):
                self.members.append(member.name)
                yield Entry(member.name, place, member.size, member.isdir(), fault(member))

    def names(self, places: Iterable[int]) -> Iterator[str]:
        return (self.members[place] for place in places)

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        """(i, name, bytes) of the i-th place, in the order of the archive.

        To go back in the archive would mean to unpack it again.
        """
        wanted = {place: i for i, place in enumerate(places)}
        with open_tar(self.path) as archive:
            for place, member in enumerate(archive):
                data = archive.extractfile(member) if place in wanted else None
                if data is not None:
                    yield wanted[place], member.name, data.read()

    def sha256(self) -> str:
        return file_sha256(self.path)


def open_stream(path: Path) -> IO[bytes]:
    if path.suffix.lower() in (".gz", ".tgz"):
        return cast(IO[bytes], gzip.open(path))
    return open(path, "rb")


@contextmanager
def open_tar(path: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive, which is then to be read to its end.

    Raises BadInput where it is damaged, or unpacks to many times its size.
    """
    try:
        with (
            open_stream(path) as stream,
            Bounded(stream, path) as bounded,
            tarfile.open(fileobj=bounded, mode="r|") as archive,
        ):
            yield archive
            # tarfile does not notice where an archive was cut off between two members.
            if bounded.unpacked <= archive.offset:
                raise tarfile.ReadError("it ends too early")
    except BadInput:
        raise
    except DAMAGED as failure:
        raise BadInput(
            f"{path}: is a damaged tar archive ({failure}): fetch or pack it again"
        ) from None


def fault(member: tarfile.TarInfo) -> str:
    """Why the member cannot be read as an ordinary file; "" if it can."""
    if member.issym() or member.islnk():
        return "is a link: pack the archive anew with the file itself"
    if not (member.isdir() or member.isreg()) or member.issparse():
        return "is not an ordinary file: leave it out"
    return ""
