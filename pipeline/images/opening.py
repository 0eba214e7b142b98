"""Read an image file of any format: its pixels as they are stored, and what is said about them.

Each format has one decoder, and no other is ever given its bytes.
"""

import io
import struct
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import NamedTuple

from PIL import Image

from pipeline.images.budget import check_bytes, check_pixels
from pipeline.images.grey16 import TO_8_BIT
from pipeline.images.jpeg_segments import check_end
from pipeline.images.png import cleaned
from pipeline.images.tiff import open_tiff
from pipeline.images.undecodable import UndecodableError
from pipeline.images.upright import orientation_of

# The decoders of Pillow.
DECODERS = {
    "JPEG": "PIL.JpegImagePlugin.JpegImageFile",
    "PNG": "PIL.PngImagePlugin.PngImageFile",
    "BMP": "PIL.BmpImagePlugin.BmpImageFile",
    "WebP": "PIL.WebPImagePlugin.WebPImageFile",
    "GIF": "PIL.GifImagePlugin.GifImageFile",
    "PNM": "PIL.PpmImagePlugin.PpmImageFile",
    "JPEG 2000": "PIL.Jpeg2KImagePlugin.Jpeg2KImageFile",
    "AVIF": "PIL.AvifImagePlugin.AvifImageFile",
    "HEIC": "pillow_heif.HeifImageFile",
}
# Where the number of threads of a decoder is set: images are decoded in processes, one each.
THREADS = {
    "AVIF": ("PIL.AvifImagePlugin", "DEFAULT_MAX_THREADS"),
    "HEIC": ("pillow_heif.options", "DECODE_THREADS"),
}
NO_ALPHA = "empty alpha"
# The markers of JPEG 2000 of its size, of the first data, and of its end.
SIZE, DATA, END = b"\xff\x4f\xff\x51", b"\xff\x93", b"\xff\xd9"


class Opened(NamedTuple):
    """An image as it is stored, all its pixels read.

    size: (cols, rows), which `image` may be a fraction of. orientation: see `upright`. profile: of
    its colours (ICC). repairs: what was put right so far.
    """

    image: Image.Image
    size: tuple[int, int]
    orientation: int
    profile: bytes | None
    repairs: list[str]


def open_image(kind: str, data: bytes, size: int) -> Opened:
    """Read a file of one of `what_is.FORMATS`. Damage raises nearly anything.

    With a size, a JPEG that is much larger is decoded at a fraction of its size, which is faster.
    """
    if kind == "TIFF":
        image, repairs = open_tiff(data)
        return Opened(image, image.size, 1, image.info.get("icc_profile"), repairs)
    profile, repairs = None, []
    if kind == "PNG":
        data, profile, repairs = cleaned(data)
    elif kind in CHECKS:
        CHECKS[kind](data)
    image = decoder(kind)(io.BytesIO(data))
    check_pixels(*image.size)
    whole = image.size
    if kind == "JPEG" and size:
        image.draft(None, (2 * size, 2 * size))  # at 1/2, 1/4 or 1/8 where that is enough
    deep = kind == "PNM" and is_deep(image)
    image.load()
    orientation, odd = orientation_of(image)
    if kind == "BMP" and image.mode == "RGBA" and not image.getchannel("A").getextrema()[1]:
        image, odd = image.convert("RGB"), [NO_ALPHA]
    repairs = [*repairs, *odd, *([TO_8_BIT] if deep else [])]
    return Opened(image, whole, orientation, profile or image.info.get("icc_profile"), repairs)


@cache
def decoder(kind: str) -> Callable:
    module, _, name = DECODERS[kind].rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except ImportError:
        raise UndecodableError(f"{kind}: pip install '.[{kind.lower()}]'") from None
    if kind in THREADS:
        place, setting = THREADS[kind]
        setattr(import_module(place), setting, 1)
    return found


def is_deep(image: Image.Image) -> bool:
    """Whether a PNM has colours of 16 bits, which Pillow brings to 8. Of grey, the mode tells."""
    scaling = image.tile[0].args  # type: ignore[attr-defined]
    return image.mode == "RGB" and isinstance(scaling, tuple) and scaling[-1] > 255


def check_webp(data: bytes) -> None:
    """Its decoder takes memory for the pixels when it is made."""
    kind, head = data[12:16], data[20:30]
    if kind == b"VP8X":
        size = 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    elif kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        size = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        cols, rows = (int.from_bytes(head[i : i + 2], "little") & 0x3FFF for i in (6, 8))
        size = cols, rows
    check_pixels(*size)


def check_jpeg_2000(data: bytes) -> None:
    """Its decoder takes memory for tiles, and accepts a file whose last tiles are missing."""
    at = data.find(SIZE) + 8
    try:
        right, bottom, left, top, *_, channels = struct.unpack(">8IH", data[at : at + 34])
    except struct.error:
        raise UndecodableError("cut off") from None
    check_pixels(right - left, bottom - top)
    check_bytes((right - left) * (bottom - top) * channels * 7)
    if not -1 < data.rfind(DATA) < data.rfind(END):
        raise UndecodableError("cut off")


CHECKS = {"JPEG": check_end, "WebP": check_webp, "JPEG 2000": check_jpeg_2000}
