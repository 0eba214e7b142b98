"""Image files made by hand, byte by byte, whose pixels are known; and colour profiles."""

import io
import struct
import zlib
from itertools import pairwise

import numpy as np
from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"


def encoded(image: Image.Image | np.ndarray, kind="png", **options) -> bytes:
    """What Pillow writes."""
    buffer = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def smooth(rows=12, cols=16, seed=0) -> np.ndarray:
    """Colours that change little from pixel to pixel, as in photographs."""
    coarse = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((cols, rows), Image.Resampling.BICUBIC))


# ---- PNG


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(values: np.ndarray, bits: int, colours: int, *before: bytes, parts=1) -> bytes:
    """A PNG of values (rows, cols, channels), its data in `parts` chunks, other chunks before."""
    rows, cols, _ = values.shape
    lines = packed_rows(values, bits, ">")
    data = zlib.compress(b"".join(b"\0" + line for line in lines))
    cuts = [len(data) * i // parts for i in range(parts + 1)]
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", cols, rows, bits, colours, 0, 0, 0))
    pieces = [data[a:b] for a, b in pairwise(cuts)]
    body = [chunk(b"IDAT", piece) for piece in pieces]
    return b"".join((PNG, header, *before, *body, chunk(b"IEND", b"")))


def packed_rows(values: np.ndarray, bits: int, order: str) -> list[bytes]:
    if bits in (8, 16):
        return [row.astype(f"{order}u{bits // 8}").tobytes() for row in values]
    flat = values.reshape(len(values), -1, 1)
    ones = (flat >> np.arange(bits - 1, -1, -1)) & 1
    return [row.tobytes() for row in np.packbits(ones.reshape(len(values), -1), axis=1)]


# ---- TIFF

UNPACKED, LZW, DEFLATE, XZ = 1, 5, 8, 34925


def tiff(
    values: np.ndarray,
    bits: int,
    photometric: int,
    order="<",
    apart=False,
    packing=UNPACKED,
    extra=(),
    tile=0,
    more=(),
) -> bytes:
    """A TIFF of values (rows, cols, channels), in strips of 7 rows or in square tiles.

    apart: each channel by itself. extra: what the last channels are. more: (tag, type, values).
    """
    rows, cols, channels = values.shape
    layers = [values[..., i : i + 1] for i in range(channels)] if apart else [values]
    blocks = [block for layer in layers for block in cut(layer, tile)]
    strips = [pack(b"".join(packed_rows(block, bits, order)), packing) for block in blocks]
    shape = (322, 4, [tile]), (323, 4, [tile]) if tile else (278, 4, [7])
    tags = [(256, 4, [cols]), (257, 4, [rows]), (258, 3, [bits] * channels), (259, 3, [packing])]
    tags += [(262, 3, [photometric]), (277, 3, [channels]), (284, 3, [2 if apart else 1]), *more]
    tags += [*shape[0 if tile else 1 :], *([(338, 3, list(extra))] if extra else [])]
    return tiff_file(tags, strips, order, tiled=bool(tile))


def cut(layer: np.ndarray, tile: int) -> list[np.ndarray]:
    rows, cols, channels = layer.shape
    if not tile:
        return [layer[top : top + 7] for top in range(0, rows, 7)]
    wide = np.zeros((-(-rows // tile) * tile, -(-cols // tile) * tile, channels), layer.dtype)
    wide[:rows, :cols] = layer
    corners = [(y, x) for y in range(0, rows, tile) for x in range(0, cols, tile)]
    return [wide[y : y + tile, x : x + tile] for y, x in corners]


def pack(data: bytes, packing: int) -> bytes:
    if packing == LZW:
        return lzw(data)
    if packing == XZ:
        import lzma

        return lzma.compress(data)
    return zlib.compress(data) if packing == DEFLATE else data


def lzw(data: bytes) -> bytes:
    """Packed with codes of 9 bits that stand for one byte each, all forgotten in time."""
    clear, end, codes = 256, 257, []
    for start in range(0, len(data), 200):
        codes += [clear, *data[start : start + 200]]
    bits = "".join(f"{code:09b}" for code in (*codes, end))
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def tiff_file(tags: list, strips: list[bytes], order="<", tiled=False) -> bytes:
    """Header, strips or tiles, the table of tags, and the values that do not fit into it."""
    starts = np.cumsum([8, *map(len, strips)]).tolist()
    places, lengths = (324, 325) if tiled else (273, 279)
    tags = sorted([*tags, (places, 4, starts[:-1]), (lengths, 4, [len(s) for s in strips])])
    table, far = b"", b""
    after = starts[-1] + 2 + 12 * len(tags) + 4
    for number, kind, values in tags:
        letter = {1: "B", 3: "H", 4: "I", 7: "B"}[kind]
        body = struct.pack(f"{order}{len(values)}{letter}", *values)
        table += struct.pack(f"{order}HHI", number, kind, len(values))
        if len(body) <= 4:
            table += body.ljust(4, b"\0")
        else:
            table += struct.pack(f"{order}I", after + len(far))
            far += body
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", starts[-1])
    count = struct.pack(f"{order}H", len(tags))
    return b"".join((head, *strips, count, table, bytes(4), far))


# ---- BMP


def bmp_32(values: np.ndarray) -> bytes:
    """A BMP of red, green, blue and alpha, (rows, cols, 4), that says where each of them is."""
    rows, cols, _ = values.shape
    body = values[::-1, :, [2, 1, 0, 3]].astype(np.uint8).tobytes()
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, cols, rows, 1, 32, 3, len(body), 0, 0, 0, 0)
    header += masks + bytes(108 - 40 - len(masks))
    begin = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", begin + len(body), 0, 0, begin) + header + body


# ---- colour profiles (ICC, version 2)

# sRGB's own red, green and blue, as seen in the light of print, and white.
SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
WHITE = (0.9642, 1.0, 0.8249)


def xyz(colour) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(v * 65536)) for v in colour)


def profile(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    words = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(12 + 67)
    tags = {b"desc": words, b"wtpt": xyz(WHITE), **tags}
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = bytes(4) + struct.pack(">I", 0x02400000) + kind + space + connection + bytes(12)
    head = struct.pack(">I", start + len(body)) + head + b"acsp" + bytes(28)
    head += b"".join(struct.pack(">i", round(v * 65536)) for v in WHITE)
    return head.ljust(128, b"\0") + table + body


def rgb_profile(gamma: float, primaries=SRGB) -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    colours = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(xyz, primaries), strict=True))
    return profile(
        b"RGB ", b"XYZ ", b"mntr", colours | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    )


def cmyk_profile(labs: list[tuple[int, int, int]]) -> bytes:
    """A profile that gives each of the 16 mixtures of full and no inks a colour, L, a and b."""
    ramp = bytes(range(256))
    table = b"".join(bytes((round(L * 2.55), a + 128, b + 128)) for L, a, b in labs)
    one = b"".join(struct.pack(">i", 65536 * (i % 4 == 0)) for i in range(9))
    way = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + one + ramp * 4 + table + ramp * 3
    return profile(b"CMYK", b"Lab ", b"prtr", {b"A2B0": way})
