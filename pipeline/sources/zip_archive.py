"""A .zip as a container of files, each read from its place in it, never unpacked to disk."""

import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.runtime.messages import shown
from pipeline.sources.listing import Entry
from pipeline.sources.source import file_sha256
from pipeline.sources.zip_table import Member, ZipTable, damaged, open_table

ENCRYPTED = 0x1  # bit of a member's flags
STORED, DEFLATED = 0, 8  # methods of compression
HEADER = struct.Struct("<4s22xHH")  # signature, ..., lengths of the name and of extra fields
SIGNATURE = b"PK\3\4"


class ZipArchive:
    """A zip archive. The place of an entry is where it begins in the table of contents.

    A place is in bytes from the beginning of the file. It is all that is kept of a member; the
    rest is read again from the table of contents.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        """encoding: that of names which the archive does not say to be UTF-8."""
        self.path, self.packed_size = path, path.stat().st_size

    def entries(self) -> Iterator[Entry]:
        with open_table(self.path) as table:
            for place, member in table:
                size = max(member.size, member.packed_size)
                folder = member.name.endswith("/")
                yield Entry(member.name, place, size, folder, "" if folder else fault(member))

    def names(self, places: Iterable[int]) -> Iterator[str]:
        with open_table(self.path) as table:
            for place in places:
                yield table.member(place).name

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        with open_table(self.path) as table:
            for i, place in enumerate(places):
                member = table.member(place)
                yield i, member.name, read_member(table, member)

    def sha256(self) -> str:
        return file_sha256(self.path)


def fault(member: Member) -> str:
    """Why the member cannot be read as an ordinary file; "" if it can."""
    if member.flags & ENCRYPTED:
        return "is encrypted: pack it again without a password"
    if stat.S_ISLNK(member.mode):
        return "is a link: pack the archive anew with the file itself"
    if member.method not in (STORED, DEFLATED):
        return (
            "is compressed by an unusual method: pack the archive again with the usual one, "
            "deflate"
        )
    return ""


def read_member(table: ZipTable, member: Member) -> bytes:
    """Read and unpack a member, to no more bytes than the table of contents says.

    Raises BadInput where the member is damaged.
    """
    try:
        header = os.pread(table.file, HEADER.size, member.start)
        signature, name_length, extra_length = HEADER.unpack(header)
        start = member.start + HEADER.size + name_length + extra_length
        data = os.pread(table.file, member.packed_size, start)
    except (OSError, OverflowError, struct.error):  # an impossible position
        signature, data = b"", b""
    if signature != SIGNATURE:
        raise damaged(table.path, f"{shown(member.name)} is not where it should be")
    if member.method == DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, member.size + 1)
        except zlib.error:
            raise damaged(table.path, f"{shown(member.name)} cannot be unpacked") from None
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        raise damaged(table.path, f"{shown(member.name)} is not what the table of contents says")
    return data
