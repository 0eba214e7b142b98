"""The image files of a .zip, read straight from their places in it, never unpacked to disk."""

import os
import stat
import struct
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

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
from pipeline.sorting import in_order
from pipeline.source import file_sha256
from pipeline.zip_table import Entry, ZipTable, damaged, open_table

ENCRYPTED = 0x1  # bit of a member's flags
STORED, DEFLATED = 0, 8  # methods of compression
HEADER = struct.Struct("<4s22xHH")  # signature, ..., lengths of the name and of extra fields
SIGNATURE = b"PK\3\4"


def list_zip(path: Path) -> Listing:
    """Raises BadInput for a damaged or encrypted archive and for one that is a trap.

    Of each image only the place of its entry in the table of contents is kept.
    """
    folders: list[str] = []
    holders, places = Holders(str(path)), array("q")
    with open_table(path) as table:
        for name, place in in_order(images(table, folders)):
            holders.add(name)
            places.append(place)

    def names(order: np.ndarray) -> Iterator[str]:
        with open_table(path) as table:
            for position in order:
                yield safe_path(str(path), table.entry(places[position]).name)

    def contents(order: np.ndarray) -> Iterator[tuple[int, str, bytes]]:
        with open_table(path) as table:
            for i, position in enumerate(order):
                entry = table.entry(places[position])
                yield i, safe_path(str(path), entry.name), read_member(table, entry)

    return Listing(holders, folders, names, contents, lambda: file_sha256(path))


def images(table: ZipTable, folders: list[str]) -> Iterator[tuple[str, int]]:
    """The path of each image and the place of its entry; paths of folders go to `folders`."""
    where = str(table.path)
    unpacked = 0
    for place, entry in table:
        unpacked += entry.size
        name = safe_path(where, entry.name)
        if entry.name.endswith("/"):
            folders.append(name)
        elif is_image(name):
            check_member(table.path, entry)
            yield name, place
    check_growth(where, unpacked, table.path.stat().st_size)


def check_member(path: Path, entry: Entry) -> None:
    if entry.flags & ENCRYPTED:
        raise BadInput(f"{path}: is encrypted: pack it again without a password")
    if stat.S_ISLNK(entry.mode):
        raise BadInput(
            f"{path}: {shown(entry.name)} is a link: pack the archive anew with the file itself"
        )
    if entry.method not in (STORED, DEFLATED):
        raise BadInput(
            f"{path}: {shown(entry.name)} is compressed by an unusual method: pack the archive "
            "again with the usual one, deflate"
        )
    check_size(str(path), entry.name, max(entry.size, entry.packed_size))


def read_member(table: ZipTable, entry: Entry) -> bytes:
    """The member's bytes, no more of them than the table of contents says."""
    try:
        header = os.pread(table.file, HEADER.size, entry.start)
        signature, name_length, extra_length = HEADER.unpack(header)
        start = entry.start + HEADER.size + name_length + extra_length
        data = os.pread(table.file, entry.packed_size, start)
    except (OSError, OverflowError, struct.error):  # a place that cannot be
        signature, data = b"", b""
    if signature != SIGNATURE:
        raise damaged(table.path, f"{shown(entry.name)} is not where it should be")
    if entry.method == DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, entry.size + 1)
        except zlib.error:
            raise damaged(table.path, f"{shown(entry.name)} cannot be unpacked") from None
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise damaged(table.path, f"{shown(entry.name)} is not what the table of contents says")
    return data
