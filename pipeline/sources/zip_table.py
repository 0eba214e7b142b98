"""The table of contents of a .zip, read from the file one entry at a time.

The standard library would hold all of it in memory, half a kilobyte for each entry: for a million
images, more than everything else in memory.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from features.errors import BadInput
from pipeline.runtime.messages import shown

# The records of the zip format, with the fields that are needed here, and the signature with which
# each begins.
ENTRY, ENTRY_SIGNATURE = struct.Struct("<4s2xBxHH4xLLLHHH6xHL"), b"PK\1\2"
END, END_SIGNATURE = struct.Struct("<4s6xHLLH"), b"PK\5\6"
END_64, END_64_SIGNATURE = struct.Struct("<4s28xQQQ"), b"PK\6\6"
LOCATOR_64, LOCATOR_64_SIGNATURE = struct.Struct("<4sL8xL"), b"PK\6\7"
EXTRA_FIELD = struct.Struct("<HH")  # kind, length

USUAL_TEXT = 200  # bytes read along with an entry, for its name and extra fields
MAX_COMMENT = 0xFFFF
MODULUS, MODULUS_64 = 2**16, 2**64  # of counts of members, in some zips of too many for 16 bits
NEWEST_VERSION = 63  # of the zip format, times ten
UTF8 = 0x800  # bit of an entry's flags
# A number that needs 64 bits is WIDE in its entry, and given in the extra field of this kind.
WIDE = 0xFFFFFFFF
WIDE_NUMBERS = 1
# The kind of the extra field that gives the name in UTF-8, and what it begins with: a version, and
# a checksum of the name in the entry.
UNICODE_NAME, UNICODE_NAME_START = 0x7075, struct.Struct("<BL")


class Member(NamedTuple):
    """What the table of contents says about a member, a packed file or folder.

    raw: the bytes of its name. name: the name; None where nothing says how it is encoded. start:
    where in the file the member begins, in bytes. next: where the next entry of the table begins.
    mode: the mode of the packed file, where a Unix system packed it.
    """

    raw: bytes
    name: str | None
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    mode: int
    start: int
    next: int

    def shown(self) -> str:
        return shown(self.name or self.raw.decode("ascii", "backslashreplace"))


@dataclass(frozen=True)
class ZipTable:
    """The table of contents of an open .zip: its bytes `start` to `end`.

    file: the descriptor. shift: where in the file the archive begins, in bytes. The table counts
    the positions of members from there. count: how many members there are, modulo `modulus`.
    """

    path: Path
    file: int
    start: int
    end: int
    shift: int
    count: int
    modulus: int

    def __iter__(self) -> Iterator[tuple[int, Member]]:
        """Yield the place of each member's entry, by which `member` finds it, and the member."""
        place, n = self.start, 0
        while place < self.end:
            member = self.member(place)
            yield place, member
            place, n = member.next, n + 1
        if n % self.modulus != self.count:
            raise damaged(self.path, f"it has {n} members and says {self.count}")

    def member(self, place: int) -> Member:
        """The member whose entry is at `place`. Raises BadInput where there is no whole entry."""
        record = os.pread(self.file, ENTRY.size + USUAL_TEXT, place)
        try:
            (
                signature,
                version,
                flags,
                method,
                crc,
                packed_size,
                size,
                name_length,
                extra_length,
                comment_length,
                mode,
                start,
            ) = ENTRY.unpack_from(record)
            name_end = ENTRY.size + name_length
            extra_end = name_end + extra_length
            if extra_end > len(record):
                record = os.pread(self.file, extra_end, place)
            raw, extra = record[ENTRY.size : name_end], record[name_end:extra_end]
            name = name_of(raw, flags, extra)
            if WIDE in (packed_size, size, start):
                size, packed_size, start = widened([size, packed_size, start], extra)
        except (struct.error, UnicodeDecodeError) as failure:
            raise damaged(self.path, str(failure)) from None
        after = place + extra_end + comment_length
        if signature != ENTRY_SIGNATURE or after > self.end or b"\0" in raw:
            raise damaged(self.path, "its table of contents is not what it should be")
        if version > NEWEST_VERSION:
            raise damaged(self.path, f"zip file version {version / 10}")
        start += self.shift
        return Member(raw, name, flags, method, crc, packed_size, size, mode, start, after)


def name_of(raw: bytes, flags: int, extra: bytes) -> str | None:
    """The name that is written as the bytes `raw`; None where nothing says how it is encoded."""
    if flags & UTF8:
        return raw.decode()
    return unicode_name(raw, extra) or (raw.decode() if raw.isascii() else None)


def unicode_name(raw: bytes, extra: bytes) -> str:
    """The name as the extra fields give it; "" where they do not."""
    field = extra_field(UNICODE_NAME, extra)
    if len(field) < UNICODE_NAME_START.size:
        return ""
    version, checksum = UNICODE_NAME_START.unpack_from(field)
    if version != 1 or checksum != zlib.crc32(raw):
        return ""
    return field[UNICODE_NAME_START.size :].decode()


def extra_field(kind: int, extra: bytes) -> bytes:
    """The extra field of a kind; empty where there is none."""
    while len(extra) >= EXTRA_FIELD.size:
        found, length = EXTRA_FIELD.unpack_from(extra)
        if found == kind:
            return extra[EXTRA_FIELD.size :][:length]
        extra = extra[EXTRA_FIELD.size + length :]
    return b""


def widened(numbers: list[int], extra: bytes) -> list[int]:
    """The numbers, with each that is WIDE replaced by its value in the extra fields.

    Raises struct.error where the extra fields are cut short.
    """
    field = extra_field(WIDE_NUMBERS, extra)
    if not field:
        return numbers
    wide = iter(struct.unpack_from(f"<{numbers.count(WIDE)}Q", field))
    return [next(wide) if number == WIDE else number for number in numbers]


@contextmanager
def open_table(path: Path) -> Iterator[ZipTable]:
    """Open the table of contents of the .zip at `path`.

    Raises BadInput where the file does not end as a .zip does.
    """
    with open(path, "rb") as archive:
        file = archive.fileno()
        end, count, size, offset, modulus = find_end(path, file)
        if size > end:
            raise damaged(path, "its table of contents is not where it should be")
        yield ZipTable(path, file, end - size, end, end - size - offset, count, modulus)


def find_end(path: Path, file: int) -> tuple[int, int, int, int, int]:
    """Find where the table of contents ends, in bytes from the beginning of the file.

    Returns it with what the end record says: how many members there are, the table's size, and
    where in the archive it should begin; and the modulus to which it counts.
    """
    tail_start = max(0, os.fstat(file).st_size - END.size - MAX_COMMENT)
    tail = os.pread(file, END.size + MAX_COMMENT, tail_start)
    at = tail.rfind(END_SIGNATURE)
    while at >= 0:
        if len(tail) >= at + END.size:
            _, count, size, offset, comment_length = END.unpack_from(tail, at)
            after = at + END.size + comment_length
            # Zeros may fill up the file. Anything else: this is no end record, but looks like one.
            if after <= len(tail) and not tail[after:].strip(b"\0"):
                end = tail_start + at
                return end_64(path, file, end) or (end, count, size, offset, MODULUS)
        at = tail.rfind(END_SIGNATURE, 0, at + len(END_SIGNATURE) - 1)
    raise damaged(path, "it has no table of contents")


def end_64(path: Path, file: int, end: int) -> tuple[int, int, int, int, int] | None:
    """The same as `find_end`, from the 64-bit records that large archives have before `end`.

    None where there are no such records.
    """
    start = end - LOCATOR_64.size - END_64.size
    records = os.pread(file, END_64.size + LOCATOR_64.size, start) if start >= 0 else b""
    if records[END_64.size :][:4] != LOCATOR_64_SIGNATURE or records[:4] != END_64_SIGNATURE:
        return None
    _, disk, disks = LOCATOR_64.unpack_from(records, END_64.size)
    if disk or disks > 1:
        raise damaged(path, "it spans several files")
    _, count, size, offset = END_64.unpack_from(records)
    return start, count, size, offset, MODULUS_64


def damaged(path: Path, reason: str) -> BadInput:
    return BadInput(f"{path}: is a damaged zip archive ({reason}): fetch or pack it again")
