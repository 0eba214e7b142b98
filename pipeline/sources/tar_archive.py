"""A .tar, compressed or not, as a container of files: read from front to back, never unpacked.

The standard library takes a damaged header for the end of the archive, and does not look at what
follows the end. Here the one is refused, and the rest is read to the last checksum.
"""

import bz2
import gzip
import lzma
import posixpath
import tarfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, cast

from features.errors import BadInput
from pipeline.sources.file_kinds import HEAD
from pipeline.sources.listing import Entry, check_growth, check_size
from pipeline.sources.source import file_sha256

# What reading a damaged archive raises. The last two come from headers that should be numbers and
# are not, and from headers that follow each other without end.
DAMAGED = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError, RecursionError)
EARLY = "it ends too early"
MAX_HEADERS = 2**20  # bytes of all headers of one member
CHUNK = 2**16  # bytes read at once where they are only passed over
# How a compressed archive begins, and what opens it.
COMPRESSED = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\0", lzma.open))
LINK = "is a link that leads to no file of the archive: pack the archive anew with the file itself"


class Unpacked:
    """The unpacked bytes of an archive, to be read from front to back.

    left: how many bytes may still be read as headers of a member; None while its data are read.
    Raises BadInput where the archive is damaged, or unpacks to many times its size.
    """

    def __init__(self, path: Path, stream: IO[bytes], packed: int, is_plain: bool) -> None:
        self.path, self.stream, self.packed, self.is_plain = path, stream, packed, is_plain
        self.at = 0
        self.left: int | None = None

    def tell(self) -> int:
        return self.at

    def read(self, size: int) -> bytes:
        if self.left is not None:
            if not 0 <= size <= self.left:
                raise damaged(self.path, f"a header of more than {MAX_HEADERS >> 20} MiB")
            self.left -= size
        data = self.take(size)
        if len(data) < size:
            raise damaged(self.path, EARLY)
        return data

    def take(self, size: int) -> bytes:
        """The next bytes, fewer than `size` only where they are the last."""
        try:
            data = self.stream.read(size)
        except (OSError, *DAMAGED) as failure:
            raise damaged(self.path, str(failure)) from None
        self.at += len(data)
        check_growth(str(self.path), self.at, self.packed)
        return data

    def seek(self, place: int) -> None:
        """Go forward, in a compressed archive by reading what lies between."""
        if not self.at <= place:
            raise damaged(self.path, "a header leads backwards")
        if self.is_plain:
            self.at = self.stream.seek(min(place, self.packed))
        while self.at < place:
            if not self.take(min(CHUNK, place - self.at)):
                raise damaged(self.path, EARLY)

    def check_end(self) -> None:
        """Read on to the last checksum, behind the first of the two empty records of the end."""
        if any(self.read(tarfile.BLOCKSIZE)):
            raise damaged(self.path, "it goes on behind its end")
        while data := self.take(CHUNK):
            if data.strip(b"\0"):
                raise damaged(self.path, "it goes on behind its end")


class Header(tarfile.TarInfo):
    """A member's header. One that is no header is an error, and not the end of the archive."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> "Header":
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.EOFHeaderError:
            raise  # an empty record: the end
        except tarfile.HeaderError as failure:
            raise tarfile.ReadError(str(failure)) from None
