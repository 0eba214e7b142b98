"""Take from a PNG what its pixels need, checked, and leave the rest.

A PNG is a row of chunks, each with a checksum. Damage in what the pixels need makes it unreadable;
damage in metadata is nobody's business. Pillow sees the needed chunks only.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.images.colour import DROPPED, MAX_PROFILE
from pipeline.images.grey16 import TO_8_BIT
from pipeline.images.undecodable import UndecodableError
from pipeline.images.upright import PASSED_OVER

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
NO_END = "end mark missing"
NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
PLAIN = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# Texts that may say which side is up; others are of no use here.
USEFUL = (b"Raw profile type exif\0", b"XML:com.adobe.xmp\0")
MAX_TEXT = 2**20  # bytes, of one text or EXIF; Pillow's own limit
GREY, RGB, PALETTE = 0, 2, 3  # kinds of colours, and the depths that each may have
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


class Chunk(NamedTuple):
    kind: bytes
    whole: memoryview  # with its length, kind and checksum
    sound: bool  # whether the checksum is right

    @property
    def body(self) -> bytes:
        return bytes(self.whole[8:-4])


class Png(NamedTuple):
    """What is left of a PNG: a file of the chunks that are needed, its profile, what was odd."""

    data: bytes
    profile: bytes | None
    repairs: list[str]


def cleaned(data: bytes) -> Png:
    """Raises UndecodableError where a chunk that the pixels need is damaged or cut off."""
    if is_plain(data):
        return Png(data, None, [TO_8_BIT] if data[24] == 16 else [])
    kept: list[bytes | memoryview] = [SIGNATURE]
    profile, odd = None, set()
    bits = colours = 0
    for chunk in chunks(data):
        if not chunk.sound:
            odd.add(damage(chunk))
        elif chunk.kind == b"IHDR":
            bits, colours = depth_of(chunk.body)
            kept.append(chunk.whole)
        elif chunk.kind == b"tRNS":
            kept.append(transparency(chunk, bits, colours))
        elif chunk.kind in NEEDED:
            kept.append(chunk.whole)
        elif chunk.kind == b"iCCP":
            profile = unpacked(chunk.body.partition(b"\0")[2], MAX_PROFILE)
            odd |= {DROPPED} if profile is None else set()
        elif chunk.kind == b"eXIf" or chunk.kind in TEXTS:
            fits = is_useful(chunk)
            odd |= {PASSED_OVER} if fits is None else set()
            kept += [chunk.whole] if fits else []
        elif chunk.kind[:1].isupper():  # a kind that nobody knows, without which nothing is right
            raise UndecodableError("a rare kind of PNG: save it anew")
    if kept[-1] != END:
        odd.add(NO_END)
        kept.append(END)
    check_complete(kept, colours)
    return Png(b"".join(kept), profile, [*sorted(odd), *([TO_8_BIT] if bits == 16 else [])])


def is_plain(data: bytes) -> bool:
    """Whether a PNG is sound and holds but what its pixels need. Most do; it is quick to see."""
    kinds: list[bytes] = []
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        kind, end = data[at + 4 : at + 8], at + int.from_bytes(data[at : at + 4], "big") + 12
        sound = zlib.crc32(data[at + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")
        if not (sound and kind in PLAIN and end <= len(data)):
            return False
        kinds.append(kind)
        at = end
    return kinds[:2] == [b"IHDR", b"PLTE" if data[25] == PALETTE else b"IDAT"]


def chunks(data: bytes) -> Iterator[Chunk]:
    """All chunks to the end mark, which may be missing where nothing else is."""
    at, has_pixels, view = len(SIGNATURE), False, memoryview(data)
    while at < len(data):
        kind, end = data[at + 4 : at + 8], at + int.from_bytes(data[at : at + 4], "big") + 12
        if end > len(data):
            if has_pixels and kind != b"IDAT":
                return
            raise UndecodableError("cut off")
        if not kind.isalpha():
            raise UndecodableError("damaged")
        sound = zlib.crc32(view[at + 4 : end - 4]) == int.from_bytes(view[end - 4 : end], "big")
        yield Chunk(kind, view[at:end], sound)
        if kind == b"IEND":
            return
        at, has_pixels = end, has_pixels or kind == b"IDAT"
    if not has_pixels:
        raise UndecodableError("cut off")


def damage(chunk: Chunk) -> str:
    """What to say of a chunk whose checksum is wrong; raises UndecodableError if it is needed.

    The damage may lie in its kind, or in its length, so that it swallows a chunk that is needed.
    """
    for needed in NEEDED:
        unlike = sum(a != b for a, b in zip(chunk.kind, needed, strict=True))
        if unlike <= 1 or needed in chunk.body or chunk.kind[:1].isupper():
            raise UndecodableError("damaged")
    return DROPPED if chunk.kind == b"iCCP" else PASSED_OVER


def depth_of(header: bytes) -> tuple[int, int]:
    """Bits of a channel and kind of colours."""
    if len(header) != 13:
        raise UndecodableError("damaged")
    cols, rows, bits, colours, packing, filters, interlaced = struct.unpack(">IIBBBBB", header)
    known = bits in DEPTHS.get(colours, ()) and not packing and not filters and interlaced < 2
    if not (cols and rows and known):
        raise UndecodableError("damaged")
    return bits, colours


def transparency(chunk: Chunk, bits: int, colours: int) -> bytes | memoryview:
    """The chunk that names the transparent colour, as Pillow wants it: for pixels of 8 bits."""
    body = chunk.body
    if colours == GREY and bits in (2, 4):
        body = bytes((0, body[-1] * 255 // (2**bits - 1)))
    elif colours == RGB and bits == 16:
        body = bytes(each for upper in body[::2] for each in (0, upper))
    else:
        return chunk.whole
    checksum = zlib.crc32(chunk.kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + chunk.kind + body + checksum


def check_complete(kept: list[bytes | memoryview], colours: int) -> None:
    kinds = [bytes(chunk[4:8]) for chunk in kept[1:]]
    before = kinds[: kinds.index(b"IDAT")] if b"IDAT" in kinds else []
    has_colours = colours != PALETTE or b"PLTE" in before
    if not (before and kinds[0] == b"IHDR" and kinds.count(b"IHDR") == 1 and has_colours):
        raise UndecodableError("damaged")


def is_useful(chunk: Chunk) -> bool | None:
    """Whether EXIF or a text may say which side is up; None where it is no text, or too long."""
    body = chunk.body
    if len(body) > MAX_TEXT:
        return None
    if chunk.kind == b"eXIf":
        return True
    rest = body.partition(b"\0")[2]
    if chunk.kind == b"iTXt" and rest[:1] == b"\1":  # packed: method, language, key, text
        rest = rest[1:2] + rest[2:].split(b"\0", 2)[-1]
    elif chunk.kind != b"zTXt":
        return body.startswith(USEFUL)
    return body.startswith(USEFUL) if unpacked(rest, MAX_TEXT) is not None else None


def unpacked(packed: bytes, most: int) -> bytes | None:
    """What follows the mark of its packing, 0, unpacked; None if that fails, or gives too much."""
    if packed[:1] != b"\0":
        return None
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(packed[1:], most)
    except zlib.error:
        return None
    return found if unpacker.eof else None
