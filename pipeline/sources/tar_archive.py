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


class TarArchive:
    """A place is the number of a member, in the order of the archive."""

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
        """In the order of the archive: to go back in it would be to unpack it again."""
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


def fault(member: tarfile.TarInfo) -> str:
    """Why the member cannot be read as an ordinary file, if so."""
    if member.issym() or member.islnk():
        return "is a link: pack the archive anew with the file itself"
    if not (member.isdir() or member.isreg()) or member.issparse():
        return "is not an ordinary file: leave it out"
    return ""
