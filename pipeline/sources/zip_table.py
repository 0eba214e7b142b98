"""The table of contents of a .zip, read where it lies, one entry at a time.

The standard library would hold it all in memory, half a kilobyte an entry: for a million images
more than everything else that is there.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from features.errors import BadInput

# The format's records as far as they matter here, and the signature that begins each.
ENTRY, ENTRY_SIGNATURE = struct.Struct("<4s2xBxHH4xLLLHHH6xHL"), b"PK\1\2"
END, END_SIGNATURE = struct.Struct("<4s8xLLH"), b"PK\5\6"
END_64, END_64_SIGNATURE = struct.Struct("<4s36xQQ"), b"PK\6\6"
LOCATOR_64, LOCATOR_64_SIGNATURE = struct.Struct("<4sL8xL"), b"PK\6\7"
EXTRA_FIELD = struct.Struct("<HH")  # kind, length

USUAL_TEXT = 200  # bytes of a name and extra fields, read along with their entry
MAX_COMMENT = 0xFFFF
NEWEST_VERSION = 63
UTF8 = 0x800  # bit of an entry's flags
WIDE = 0xFFFFFFFF  # stands for a number that needs 64 bits, which is in
WIDE_NUMBERS = 1  # the extra field of this kind


class Member(NamedTuple):
    """What the table says of a member: `start` is its place, `next` that of the next entry.

    `mode` is that of the file that was packed, where a Unix system packed it.
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
    """The entries from `start` to `end` of an open file.

    They count the members' places from where the archive begins: `shift` bytes into the file.
    """

    path: Path
    file: int
    start: int
    end: int
    shift: int

    def __iter__(self) -> Iterator[tuple[int, Member]]:
        """Each member with the place of its entry, by which `member` finds it again."""
        place = self.start
        while place < self.end:
            member = self.member(place)
            yield place, member
            place = member.next

    def member(self, place: int) -> Member:
        """Raises BadInput where there is none that is whole."""
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
    """The numbers, those that are WIDE from the extra fields. struct.error where they are cut."""
    while len(extra) >= EXTRA_FIELD.size:
        kind, length = EXTRA_FIELD.unpack_from(extra)
        field, extra = extra[EXTRA_FIELD.size :][:length], extra[EXTRA_FIELD.size + length :]
        if kind == WIDE_NUMBERS:
            wide = iter(struct.unpack_from(f"<{numbers.count(WIDE)}Q", field))
            return [next(wide) if number == WIDE else number for number in numbers]
    return numbers


@contextmanager
def open_table(path: Path) -> Iterator[ZipTable]:
    """Raises BadInput where the file does not end as a .zip does."""
    with open(path, "rb") as archive:
        file = archive.fileno()
        end, size, offset = find_end(path, file)
        if size > end:
            raise damaged(path, "its table of contents is not where it should be")
        yield ZipTable(path, file, end - size, end, shift=end - size - offset)


def find_end(path: Path, file: int) -> tuple[int, int, int]:
    """Where the table of contents ends, its size, and where in the archive it should begin."""
    tail_start = max(0, os.fstat(file).st_size - END.size - MAX_COMMENT)
    tail = os.pread(file, END.size + MAX_COMMENT, tail_start)
    # The last at which the record fits: one of its numbers may look like its signature.
    latest = len(tail) - END.size
    at = tail.rfind(END_SIGNATURE, 0, max(0, latest + len(END_SIGNATURE)))
    if not 0 <= at <= latest:
        raise damaged(path, "it has no table of contents")
    _, size, offset, _ = END.unpack_from(tail, at)
    return end_64(path, file, tail_start + at) or (tail_start + at, size, offset)


def end_64(path: Path, file: int, end: int) -> tuple[int, int, int] | None:
    """The same from the records that large archives have in front of `end`."""
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
