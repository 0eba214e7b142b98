"""A .zip as a container of files, each read from its place in it, never unpacked to disk."""

import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from pipeline.sources.archive_names import checked, decoded, likeliest
from pipeline.sources.container import MAX_FILE_BYTES, Entry, check_size
from pipeline.sources.file_kinds import HEAD, STARTS
from pipeline.sources.links import Link, followed, symbolic
from pipeline.sources.source import file_sha256
from pipeline.sources.zip_table import (
    USUAL_TEXT,
    UTF8,
    WIDE,
    Member,
    ZipTable,
    damaged,
    open_table,
    unicode_name,
    widened,
)

ENCRYPTED, SIZES_FOLLOW = 0x1, 0x8  # bits of a member's flags; sizes follow: behind the member
STRICT = ENCRYPTED | 0x20 | 0x40 | 0x2000  # bits that change how a member is read
STORED, DEFLATED = 0, 8  # methods of compression
# What stands in front of each member's packed bytes: the same as in the table of contents.
HEADER, SIGNATURE = struct.Struct("<4s2xHH4xLLLHH"), b"PK\3\4"
MAX_TARGET = 2**16  # bytes, more than any path has
HEAD_PACKED = 1024  # packed bytes that give a member's first HEAD bytes


class ZipArchive:
    """A zip archive. The place of an entry is where it begins in the table of contents.

    A place is in bytes from the beginning of the file. It is all that is kept of a member; the
    rest is read again from the table of contents. said: in which encoding names were read, where
    that was a guess. links: for each link that leads to a file of the archive, that file's place.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        """encoding: that of names of which the archive does not say it."""
        self.path, self.packed_size = path, path.stat().st_size
        self.encoding = checked(encoding) if encoding else ""
        self.said: list[str] = []
        self.links: dict[int, int] = {}

    def entries(self) -> Iterator[Entry]:
        """Yield all entries: links last, for what they lead to may come after them."""
        self.links, links = {}, dict[int, Link]()
        yield from self.files(links)
        yield from followed(links, self.files({}), self.links)

    def files(self, links: dict[int, Link]) -> Iterator[Entry]:
        """Yield the entries that are no links; links are added to `links`, by their places."""
        with open_table(self.path) as table:
            for place, member in table:
                name = self.name(table, member)
                size = max(member.size, member.packed_size)
                if name.endswith(("/", "\\")):
                    data_start(table, member)  # for its checks
                    yield Entry(name, place, size, is_folder=True)
                elif why := fault(member):
                    yield Entry(name, place, size, fault=why)
                elif stat.S_ISLNK(member.mode):
                    links[place] = symbolic(name, target(table, member))
                else:
                    start = data_start(table, member)
                    head = partial(first_bytes, table, member, start)
                    yield Entry(name, place, size, head=head)

    def name(self, table: ZipTable, member: Member) -> str:
        if member.name is not None:
            return member.name
        if not self.encoding:
            self.encoding = likeliest(other.raw for _, other in table if other.name is None)
            if self.encoding != "utf-8":
                self.said.append(
                    f"Names in the archive read as {self.encoding}; archive_encoding sets another."
                )
        return decoded(self.path, member.raw, self.encoding)

    def names(self, places: Iterable[int]) -> Iterator[str]:
        with open_table(self.path) as table:
            for place in places:
                yield self.name(table, table.member(place))

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        with open_table(self.path) as table:
            for i, place in enumerate(places):
                member = table.member(place)
                name = self.name(table, member)
                if place in self.links:
                    member = table.member(self.links[place])
                check_size(str(self.path), name, max(member.size, member.packed_size))
                yield i, name, read_member(table, member)

    def sha256(self) -> str:
        return file_sha256(self.path)


def fault(member: Member) -> str:
    """Why the member cannot be read as an ordinary file; "" if it can."""
    if member.flags & ENCRYPTED:
        return "is encrypted: pack it again without a password"
    if member.method not in (STORED, DEFLATED):
        return (
            "is compressed by an unusual method: pack the archive again with the usual one, "
            "deflate"
        )
    return ""


def data_start(table: ZipTable, member: Member) -> int:
    """Where in the file the packed bytes of a member begin.

    Raises BadInput unless what stands in front of them is what the table of contents says.
    """
    name_end = HEADER.size + len(member.raw)
    try:
        record = os.pread(table.file, name_end + USUAL_TEXT, member.start)
        signature, flags, method, *numbers, name_length, extra_length = HEADER.unpack_from(record)
    except (OSError, OverflowError, struct.error):  # an impossible position
        signature = b""
    if signature != SIGNATURE:
        raise damaged(table.path, f"{member.shown()} is not where it should be")
    start = name_end + extra_length
    if start > len(record):
        record = os.pread(table.file, start, member.start)
    extra = record[name_end:start]
    if (
        (name_length, method) != (len(member.raw), member.method)
        or record[HEADER.size : name_end] != member.raw
        or (flags ^ member.flags) & (STRICT if member.raw.isascii() else STRICT | UTF8)
        or not (flags & SIZES_FOLLOW or same_numbers(member, numbers, extra))
        or not same_unicode_name(member, extra)
    ):
        raise damaged(table.path, f"{member.shown()} is not what the table of contents says")
    return member.start + start


def same_numbers(member: Member, numbers: list[int], extra: bytes) -> bool:
    """Whether a checksum and sizes, packed and not, are those of the table of contents."""
    crc, packed_size, size = numbers
    if WIDE in (packed_size, size):
        try:
            size, packed_size = widened([size, packed_size], extra)
        except struct.error:
            return False
    return (crc, packed_size, size) == (member.crc, member.packed_size, member.size)


def same_unicode_name(member: Member, extra: bytes) -> bool:
    """Whether extra fields give the same name as in the table of contents, or none."""
    try:
        return member.flags & UTF8 > 0 or unicode_name(member.raw, extra) in ("", member.name)
    except UnicodeDecodeError:
        return False


def target(table: ZipTable, member: Member) -> str:
    """What a link leads to, which is its content."""
    if max(member.size, member.packed_size) > MAX_TARGET:
        raise damaged(table.path, f"{member.shown()} is no link")
    return read_member(table, member).split(b"\0")[0].decode(errors="surrogateescape")


def first_bytes(table: ZipTable, member: Member, start: int) -> bytes:
    """The first HEAD bytes of a member whose packed bytes begin at `start`.

    Raises BadInput where they are not those of an image and the member is damaged: it may be one.
    """
    data = os.pread(table.file, min(member.packed_size, HEAD_PACKED), start)
    if member.method == DEFLATED:
        data = inflated(table, member, data, HEAD)
    if STARTS.match(data) is None and max(member.size, member.packed_size) <= MAX_FILE_BYTES:
        return read_member(table, member)[:HEAD]
    return data[:HEAD]


def read_member(table: ZipTable, member: Member) -> bytes:
    """Read and unpack a member, to no more bytes than the table of contents says.

    Raises BadInput where the member is damaged.
    """
    data = os.pread(table.file, member.packed_size, data_start(table, member))
    if member.method == DEFLATED:
        data = inflated(table, member, data, member.size + 1)
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        raise damaged(table.path, f"{member.shown()} is not what the table of contents says")
    return data


def inflated(table: ZipTable, member: Member, data: bytes, size: int) -> bytes:
    """Unpack to no more than `size` bytes."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size)
    except zlib.error:
        raise damaged(table.path, f"{member.shown()} cannot be unpacked") from None
