"""Decode any image file to RGB pixels, uint8 (rows, cols, 3), in the form that a run wants.

Grey and palette images are spread over three channels. Transparent pixels are laid on white.
Colours come to sRGB, 16-bit grey v becomes v / 257, rounded, unless the frame says otherwise; of
16-bit colour Pillow keeps the upper byte, but what tifffile reads becomes v / 257 as well. Images
are turned as EXIF says. Of several frames the first is read.
"""

import warnings
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from PIL import Image

from pipeline.images import jpeg_segments
from pipeline.images.budget import TOO_MUCH, check_pixels, limited
from pipeline.images.damage import reason
from pipeline.images.framing import Frame, framed
from pipeline.images.jpeg import plain_size
from pipeline.images.opening import open_image
from pipeline.images.png import NO_END
from pipeline.images.rgb import to_rgb
from pipeline.images.undecodable import UndecodableError
from pipeline.images.upright import PASSED_OVER, SIDEWAYS, upright
from pipeline.images.what_is import kind_of
from pipeline.sources.source import Encoded

STRAY_BYTES = "stray bytes before the end mark"


class Decoded(NamedTuple):
    """Pixels uint8 (rows, cols, 3), the size of the image as it was, (cols, rows), and repairs.

    repairs: short phrases on what was odd and was put right. peak: the largest 16-bit grey value.
    """

    pixels: np.ndarray
    size: tuple[int, int]
    repairs: tuple[str, ...] = ()
    peak: int = 0


def decode(image: Encoded, frame: Frame) -> Decoded:
    """Decode an image to RGB pixels in the given form. Raises UndecodableError."""
    if isinstance(image, np.ndarray):
        rows, cols, _ = image.shape
        pixels = np.asarray(framed(Image.fromarray(image), frame)) if frame.size else image
        return Decoded(pixels, (cols, rows))
    size = plain_size(image)
    if size and (not frame.size or min(size) < 4 * frame.size):  # too small for a fraction of it
        check_pixels(*size)
        try:
            plain = decode_plain(image, size)
            repairs = (STRAY_BYTES,) if has_stray_bytes(image, plain) else ()
            return Decoded(np.asarray(framed(plain, frame)), size, repairs)
        except Exception:  # damaged, perhaps in a way that can be put right
            pass
    return decode_file(image, frame)


def decode_plain(image: bytes, size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("RGB", size, image, "jpeg", "RGB", "")


def has_stray_bytes(image: bytes, decoded: Image.Image) -> bool:
    """Whether a plain JPEG has bytes before its end mark that no pixel needs."""
    shorter = jpeg_segments.without_last_bytes(image)
    ends = jpeg_segments.possible_ends(shorter) if shorter else []
    return bool(ends) and all(decode_plain(end, decoded.size) == decoded for end in ends)


def decode_file(image: bytes, frame: Frame) -> Decoded:
    kind = kind_of(image)
    with limited(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's warnings of odd metadata name no file
        try:
            return decode_kind(kind, image, frame)
        except UndecodableError:
            raise
        except MemoryError:
            raise UndecodableError(TOO_MUCH) from None
        # Damaged files make decoders raise nearly any exception; to the user all mean the same.
        except Exception as failure:
            found = decode_odd(kind, image, frame)
            if found:
                return found
            raise UndecodableError(reason(kind, image, failure)) from None


def decode_kind(kind: str, data: bytes, frame: Frame) -> Decoded:
    # One name for the image in all its forms: it may be large, and no form outlives the next.
    image, size, orientation, profile, repairs = open_image(kind, data, frame.size)
    image, more, peak = to_rgb(image, profile, frame.white)
    image = framed(upright(image, orientation), frame)
    if orientation in SIDEWAYS:
        size = size[1], size[0]
    return Decoded(np.asarray(image), size, tuple(dict.fromkeys(repairs + more)), peak)


def decode_odd(kind: str, data: bytes, frame: Frame) -> Decoded | None:
    """Decode a file that cannot be read as it is: without metadata, or without an end mark."""
    bare = BARE[kind](data) if kind in BARE else data
    if bare != data:
        with suppress(Exception):
            found = decode_kind(kind, bare, frame)
            return found._replace(repairs=(PASSED_OVER, *found.repairs))
    # Whole pixels are the same, whatever follows them.
    ends = jpeg_segments.possible_ends(data) if kind == "JPEG" else []
    with suppress(Exception):
        pixels = (decode_kind(kind, ended, Frame()).pixels for ended in ends)
        first = next(pixels, None)
        if first is not None and all(np.array_equal(first, other) for other in pixels):
            found = decode_kind(kind, ends[0], frame)
            return found._replace(repairs=(NO_END, *found.repairs))
    return None


def without_exif(data: bytes) -> bytes:
    """An AVIF whose EXIF is called something else, so that Pillow does not stumble over it."""
    return data.replace(b"Exif", b"none")


# Formats of which metadata that make no sense keep Pillow from reading the rest.
BARE = {"JPEG": jpeg_segments.without_metadata, "AVIF": without_exif}
