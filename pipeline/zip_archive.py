"""The image files of a .zip, read straight from their places in it, never unpacked to disk.

zipfile reads the table of contents; its way of reading members costs as much as decoding a small
image, so their bytes are taken from the file and inflated here.
"""

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from features.errors import BadInput
from pipeline.listing import (
    Listing,
    check_growth,
    check_size,
    check_unique,
    is_image,
    safe_path,
    shown,
)
from pipeline.source import file_sha256

ENCRYPTED = 0x1  # bit of a member's flags
HEADER = struct.Struct("<4s22xHH")  # signature, ..., lengths of the name and of extra fields
SIGNATURE = b"PK\3\4"


def list_zip(path: Path) -> Listing:
    """Raises BadInput for a damaged or encrypted archive and for one that is a trap."""
    members: dict[str, ZipInfo] = {}
    folders, files = [], []
    infos = table_of_contents(path)
    check_growth(str(path), sum(info.file_size for info in infos), path.stat().st_size)
    for info in infos:
        name = safe_path(str(path), info.filename)
        if info.is_dir():
            folders.append(name)
        elif is_image(name):
            check_member(path, info)
            files.append(name)
            members[name] = info
    check_unique(str(path), files)

    def contents(files: list[str], order: np.ndarray) -> Iterator[tuple[int, bytes]]:
        with open(path, "rb") as archive:
            for position in order.tolist():
                yield position, read_member(path, archive.fileno(), members[files[position]])

    return Listing(sorted(files), folders, contents, lambda: file_sha256(path))


def table_of_contents(path: Path) -> list[ZipInfo]:
    try:
        with ZipFile(path) as archive:
            return archive.infolist()
    # The table's fields are read unchecked; damage shows as any of these.
    except (BadZipFile, NotImplementedError, ValueError, struct.error, EOFError) as failure:
        raise damaged(path, str(failure)) from None


def check_member(path: Path, info: ZipInfo) -> None:
    if info.flag_bits & ENCRYPTED:
        raise BadInput(f"{path}: is encrypted: pack it again without a password")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadInput(
            f"{path}: {shown(info.filename)} is a link: pack the archive anew with the file itself"
        )
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadInput(
            f"{path}: {shown(info.filename)} is compressed by an unusual method: pack the archive "
            "again with the usual one, deflate"
        )
    check_size(str(path), info.filename, max(info.file_size, info.compress_size))


def read_member(path: Path, archive: int, info: ZipInfo) -> bytes:
    """The member's bytes, no more of them than the table of contents says."""
    try:
        header = os.pread(archive, HEADER.size, info.header_offset)
        signature, name_length, extra_length = HEADER.unpack(header)
        start = info.header_offset + HEADER.size + name_length + extra_length
        data = os.pread(archive, info.compress_size, start)
    except (OSError, OverflowError, struct.error):  # a place that cannot be
        signature, data = b"", b""
    if signature != SIGNATURE:
        raise damaged(path, f"{shown(info.filename)} is not where it should be")
    if info.compress_type == ZIP_DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, info.file_size + 1)
        except zlib.error:
            raise damaged(path, f"{shown(info.filename)} cannot be unpacked") from None
    if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
        raise damaged(path, f"{shown(info.filename)} is not what the table of contents says")
    return data


def damaged(path: Path, reason: str) -> BadInput:
    return BadInput(f"{path}: is a damaged zip archive ({reason}): fetch or pack it again")
