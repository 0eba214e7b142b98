"""The members of a .tar, read from front to back, with every header checked.

The standard library takes a damaged header for the end of the archive, does not look at what
follows the end, and reads headers of any size. Here all of these are refused.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.sources.unpacked import CHUNK, Unpacked

BLOCK = 512  # bytes, of which all in a tar is a multiple
MAX_HEADERS = 2**20  # bytes of all headers of one member
# Name, size, checksum, kind, target of a link, format, and a folder in front of the name.
HEADER = struct.Struct("<100s24x12s12x8sc100s8s80x155s12x")
CHECKSUM_AT, POSIX = slice(148, 156), b"ustar\0"

# Kinds of members.
FILES, HARD_LINK, SYMBOLIC_LINK, FOLDERS = b"\0" + b"07", b"1", b"2", b"5D"
SPARSE, VOLUME_LABEL = b"S", b"V"
# What stands in front of a header that has no room for it: by GNU, and by POSIX, in lines of
# key=value. The last is about all members that follow.
LONG_NAME, LONG_TARGET = b"L", b"K"
EXTENDED, EXTENDED_BY_SUN, GLOBAL = b"x", b"X", b"g"
IN_FRONT = LONG_NAME + LONG_TARGET + EXTENDED + EXTENDED_BY_SUN + GLOBAL
# Keys that say how a member is read.
USED = re.compile(r"path|linkpath|size|GNU\.sparse\.(?:name|major|size|realsize|map)")
LINE = re.compile(rb"(\d{1,7}) ")
MORE_SPARSE = 482, 504  # in a header, and in a block of holes: whether a block of holes follows


class Member(NamedTuple):
    """What headers say of a member. size: of its data, in bytes; target: what a link leads to."""

    name: str
    kind: bytes
    size: int
    target: str
    is_sparse: bool

    @property
    def is_folder(self) -> bool:
        return self.kind in FOLDERS or (self.kind in FILES and self.name.endswith("/"))

    @property
    def is_link(self) -> bool:
        return self.kind in HARD_LINK + SYMBOLIC_LINK

    @property
    def fault(self) -> str:
        """Why it cannot be read as an ordinary file; "" if it can."""
        if self.is_sparse:
            return "is a sparse file: pack the archive again without sparse files"
        if self.is_folder or self.is_link or self.kind in FILES:
            return ""
        return "is not an ordinary file: leave it out"


def members(tar: Unpacked) -> Iterator[Member]:
    """Yield each member; then its data may be read from `tar`, wholly, in part, or not at all.

    Raises BadInput where the archive is damaged, up to its last byte.
    """
    everywhere: dict[str, str] = {}
    while (member := next_member(tar, everywhere)) is not None:
        end = tar.at + padded(member.size)
        if member.kind != VOLUME_LABEL:
            yield member
        tar.skip_to(end)
    if any(tar.read(BLOCK)):
        raise tar.damaged("it goes on behind its end")
    while data := tar.some(CHUNK):
        if data.strip(b"\0"):
            raise tar.damaged("it goes on behind its end")


def next_member(tar: Unpacked, everywhere: dict[str, str]) -> Member | None:
    """The next member; None at the end. everywhere: what is said of all members that follow."""
    said: dict[str, str] = {}
    room = MAX_HEADERS
    while True:
        block = tar.read(BLOCK)
        if not any(block):
            if room < MAX_HEADERS:
                raise tar.damaged("it ends within the headers of a file")
            return None
        name, size, kind, target = header(tar, block)
        if kind not in IN_FRONT:
            member = Member(name, kind, size, target, is_sparse=kind == SPARSE)
            return described(tar, block, everywhere | said, member)
        room -= BLOCK + size
        if room < 0:
            raise tar.damaged(f"a file has more than {MAX_HEADERS >> 20} MiB of headers")
        text = tar.read(padded(size))[:size]
        if kind in LONG_NAME + LONG_TARGET:
            said["path" if kind == LONG_NAME else "linkpath"] = decoded(text)
        else:
            (everywhere if kind == GLOBAL else said).update(pairs(tar, text))


def header(tar: Unpacked, block: bytes) -> tuple[str, int, bytes, str]:
    """Name, size, kind and target of a link. Raises BadInput where the checksum is wrong."""
    raw, size, checksum, kind, target, form, folder = HEADER.unpack(block)
    if number(checksum) not in checksums(block):
        raise tar.damaged(f"a header at byte {tar.at - BLOCK} is not what it should be")
    length = 0 if kind == HARD_LINK else number(size)
    if length < 0:
        raise tar.damaged(f"the size of {decoded(raw)} is no number")
    name = decoded(raw)
    if form.startswith(POSIX) and folder[0]:
        name = f"{decoded(folder)}/{name}"
    return name, length, kind, decoded(target)


def checksums(block: bytes) -> Iterator[int]:
    """What a header's checksum may be: its own field counts as spaces."""
    blank = bytearray(block)
    blank[CHECKSUM_AT] = b" " * 8
    yield sum(blank)
    yield sum(blank) - 256 * sum(byte > 127 for byte in blank)  # of bytes taken for signed ones


def described(tar: Unpacked, block: bytes, said: dict[str, str], member: Member) -> Member:
    """The member, with what is said of it in front of its header, the last of which is `block`."""
    size = said.get("size", str(member.size))
    if not (size.isascii() and size.isdigit() and len(size) < 20):
        raise tar.damaged("the size of a file is no number")
    if member.is_sparse:
        more = block[MORE_SPARSE[0]]
        while more:
            more = tar.read(BLOCK)[MORE_SPARSE[1]]
    return Member(
        said.get("GNU.sparse.name") or said.get("path") or member.name,
        member.kind,
        0 if member.kind == HARD_LINK else int(size),
        said.get("linkpath") or member.target,
        member.is_sparse or any(key.startswith("GNU.sparse.") for key in said),
    )


def pairs(tar: Unpacked, text: bytes) -> dict[str, str]:
    """The values of the keys that are USED; the text has lines as b"12 path=name\\n"."""
    found, at = {}, 0
    while at < len(text):
        line = LINE.match(text, at)
        end = at + int(line[1]) if line else 0
        key, equals, value = text[line.end() if line else at : end].partition(b"=")
        if not equals or not value.endswith(b"\n") or end > len(text):
            raise tar.damaged("a header has lines that are not what they should be")
        if USED.fullmatch(decoded(key)):
            found[decoded(key)] = decoded(value[:-1])
        at = end
    return found


def number(field: bytes) -> int:
    """An octal number, or a binary one behind a marked byte; -1 where it is neither."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if not digits.strip(b"01234567") else -1


def decoded(raw: bytes) -> str:
    """A text up to the first zero. Bytes that are no UTF-8 stay what they are."""
    return raw.split(b"\0", 1)[0].decode(errors="surrogateescape")


def padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
