"""What the tags of a TIFF tell before its pixels are unpacked: whether it can be read at all."""

import struct
from collections.abc import Iterable

from pipeline.images.undecodable import UndecodableError

# Tags, by their numbers, and some of their values.
BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, PLANES = 258, 259, 262, 277, 284
STRIPS, STRIP_LENGTHS, TILES, TILE_LENGTHS = 273, 279, 324, 325
TILE_COLS, TILE_ROWS, SAMPLE_FORMAT, DNG_VERSION = 322, 323, 339, 50706
MIN_IS_WHITE, MIN_IS_BLACK, COLOUR, INKS = 0, 1, 2, 5  # of PHOTOMETRIC
UNPACKED = 1  # of COMPRESSION
APART = 2  # of PLANES: each channel is stored by itself
SIGNED, FLOAT = 2, 3  # of SAMPLE_FORMAT

# The tags that pixels need: of sizes, kinds of pixels, strips and tiles, palettes, JPEG tables.
NEEDED = {*range(256, 263), 266, *range(273, 280), 284, 320, *range(322, 326), 338, 339, 347}
# An entry of the table of tags, in a usual file and in one for more than 4 GB: tag, type, number
# of values, and where they are, if they do not fit here.
ENTRIES = ("HHII", "HHQQ")
SIZES = {3: 2, 4: 4, 5: 8, 9: 4, 10: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # bytes of types, else 1
MOST_TAGS = 1000

CANON = b"\x10\0\0\0CR\2\0"  # how its raw files go on after the first four bytes
RAW = "a camera's raw file: save it as TIFF or JPEG"


def has_cut_table(data: bytes) -> bool:
    """Whether the table of tags, or a value that pixels need, lies beyond the end."""
    order, wide = "<" if data[:1] == b"I" else ">", data[2:4] in (b"+\0", b"\0+")
    try:
        (at,) = struct.unpack_from(order + "IQ"[wide], data, 8 if wide else 4)
        (n,) = struct.unpack_from(order + "HQ"[wide], data, at)
        for i in range(min(n, MOST_TAGS)):
            entry = at + (8 + 20 * i if wide else 2 + 12 * i)
            tag, kind, count, place = struct.unpack_from(order + ENTRIES[wide], data, entry)
            size = count * SIZES.get(kind, 1)
            if tag in NEEDED and size > (8 if wide else 4) and place + size > len(data):
                return True
    except struct.error:
        return True
    return False


def check_kind(data: bytes, tags: Iterable[int], bits: int, sample_format: int) -> None:
    """Refuse raw files of cameras, whose first image is a thumbnail, and pixels of no range."""
    if DNG_VERSION in tags or data[4:12] == CANON:
        raise UndecodableError(RAW)
    if bits > 16 or sample_format in (SIGNED, FLOAT):
        kinds = {SIGNED: "signed ", FLOAT: "floating-point "}
        kind = kinds[sample_format] if bits <= 16 else ""
        raise UndecodableError(
            f"{kind}{bits}-bit pixels have no fixed range: save it with 8 or 16 bits"
        )


def check_strips(data: bytes, offsets: Iterable[int], lengths: Iterable[int]) -> None:
    """Refuse a file that ends before the last of its strips or tiles does."""
    ends = (offset + length for offset, length in zip(offsets, lengths, strict=False))
    if max(ends, default=0) > len(data):
        raise UndecodableError("cut off")
