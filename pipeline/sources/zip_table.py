"""The table of contents of a .zip, read from the file one entry at a time.

The standard library would hold all of it in memory, half a kilobyte for each entry: for a million
images, more than everything else in memory.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from features.errors import BadInput

# The records of the zip format, with the fields that are needed here, and the signature with which
# each begins.
ENTRY, ENTRY_SIGNATURE = struct.Struct("<4s2xBxHH4xLLLHHH6xHL"), b"PK\1\2"
END, END_SIGNATURE = struct.Struct("<4s8xLLH"), b"PK\5\6"
END_64, END_64_SIGNATURE = struct.Struct("<4s36xQQ"), b"PK\6\6"
LOCATOR_64, LOCATOR_64_SIGNATURE = struct.Struct("<4sL8xL"), b"PK\6\7"
EXTRA_FIELD = struct.Struct("<HH")  # kind, length

USUAL_TEXT = 200  # bytes read along with an entry, for its name and extra fields
MAX_COMMENT = 0xFFFF
NEWEST_VERSION = 63  # of the zip format, times ten
UTF8 = 0x800  # bit of an entry's flags
# A number that needs 64 bits is WIDE in its entry, and given in the extra field of this kind.
WIDE = 0xFFFFFFFF
WIDE_NUMBERS = 1


class Member(NamedTuple):
    """What the table of contents says about a member, a packed file or folder.

    start: where in the file the member begins, in bytes. next: where the next entry of the table
    begins. mode: the mode of the packed file, where a Unix system packed it.
    """

    name: str
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    mode: int
    start: int
    next: int


@dataclass(frozen=True)
class ZipTable:
    """The table of contents of an open .zip: its bytes `start` to `end`.

    file: the descriptor. shift: where in the file the archive begins, in bytes. The table counts
    the positions of members from there.
    """

    path: Path
    file: int
    start: int
    end: int
    shift: int

    def __iter__(self) -> Iterator[tuple[int, Member]]:
        """Yield the place of each member's entry, by which `member` finds it, and the member."""
        place = self.start
        while place < self.end:
            member = self.member(place)
            yield place, member
            place = member.next

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
            name = record[ENTRY.size : name_end].decode("utf-8" if flags & UTF8 else "cp437")
            if WIDE in (packed_size, size, start):
                extra = record[name_end:extra_end]
                size, packed_size, start = widened([size, packed_size, start], extra)
        except (struct.error, UnicodeDecodeError) as failure:
            raise damaged(self.path, str(failure)) from None
        after = place + extra_end + comment_length
        if signature != ENTRY_SIGNATURE or after > self.end:
            raise damaged(self.path, "its table of contents is not what it should be")
        if version > NEWEST_VERSION:
            raise damaged(self.path, f"zip file version {version / 10}")
        return Member(
            name.partition("\0")[0],
            flags,
            method,
            crc,
            packed_size,
            size,
            mode,
            start + self.shift,
            after,
        )


def widened(numbers: list[int], extra: bytes) -> list[int]:
    """The numbers, with each that is WIDE replaced by its value in the extra fields.

    Raises struct.error where the extra fields are cut short.
    """
    while len(extra) >= EXTRA_FIELD.size:
        kind, length = EXTRA_FIELD.unpack_from(extra)
        field, extra = extra[EXTRA_FIELD.size :][:length], extra[EXTRA_FIELD.size + length :]
        if kind == WIDE_NUMBERS:
            wide = iter(struct.unpack_from(f"<{numbers.count(WIDE)}Q", field))
            return [next(wide) if number == WIDE else number for number in numbers]
    return numbers


@contextmanager
def open_table(path: Path) -> Iterator[ZipTable]:
    """Open the table of contents of the .zip at `path`.

    Raises BadInput where the file does not end as a .zip does.
    """
    with open(path, "rb") as archive:
        file = archive.fileno()
        end, size, offset = find_end(path, file)
        if size > end:
            raise damaged(path, "its table of contents is not where it should be")
        yield ZipTable(path, file, end - size, end, shift=end - size - offset)


def find_end(path: Path, file: int) -> tuple[int, int, int]:
    """Find where the table of contents ends, its size, and where in the archive it should begin.

    All three are in bytes, the first counted from the beginning of the file.
    """
    tail_start = max(0, os.fstat(file).st_size - END.size - MAX_COMMENT)
    tail = os.pread(file, END.size + MAX_COMMENT, tail_start)
    # The last signature with room for the whole record after it: a number in the record may look
    # like another signature.
    latest = len(tail) - END.size
    at = tail.rfind(END_SIGNATURE, 0, max(0, latest + len(END_SIGNATURE)))
    if not 0 <= at <= latest:
        raise damaged(path, "it has no table of contents")
    _, size, offset, _ = END.unpack_from(tail, at)
    return end_64(path, file, tail_start + at) or (tail_start + at, size, offset)


def end_64(path: Path, file: int, end: int) -> tuple[int, int, int] | None:
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
    _, size, offset = END_64.unpack_from(records)
    return start, size, offset


def damaged(path: Path, reason: str) -> BadInput:
    return BadInput(f"{path}: is a damaged zip archive ({reason}): fetch or pack it again")
