"""Read a TIFF with Pillow where Pillow reads its kind rightly, else with tifffile.

Pillow reads channels that are stored apart (an image of red, one of green, one of blue) wrongly
but silently where they have 16 bits or alpha, and takes white-is-zero of 16 bits for
black-is-zero.
"""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from pipeline.images import tiff_tags as tag
from pipeline.images.budget import check_pixels
from pipeline.images.grey16 import TO_8_BIT, values_of
from pipeline.images.tiff_apart import WHITE_IS_ZERO, MissingCodecError, open_with_tifffile
from pipeline.images.undecodable import UndecodableError
from pipeline.images.upright import orientation_of

for name in ("tifffile", "PIL"):  # they would tell the screen of damage, and name no file
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def open_tiff(data: bytes) -> tuple[Image.Image, list[str]]:
    """The first image of a TIFF, upright, and what was repaired. Raises nearly anything."""
    if tag.has_cut_table(data):
        raise UndecodableError("cut off")
    try:
        image = TiffImageFile(io.BytesIO(data))
    except Exception:  # a kind that Pillow does not know, or damage, which tifffile finds as well
        return open_with_tifffile(data)
    check(data, image)
    if is_misread(image):
        try:
            return open_with_tifffile(data)
        except MissingCodecError:  # it is packed, and so libtiff sorts the channels for Pillow
            if image.tag_v2.get(tag.SAMPLES) != 3:
                raise
    turned = orientation_of(image)[1]
    with silenced() if is_packed(image) else nullcontext():
        image.load()  # turns it upright as well
    pixels, repairs = mended(image)
    return pixels, turned + repairs


def check(data: bytes, image: TiffImageFile) -> None:
    tags = image.tag_v2
    formats = tags.get(tag.SAMPLE_FORMAT, (1,))
    tag.check_kind(data, tags, bits_of(image), max(formats))
    check_pixels(*image.size)
    check_pixels(tags.get(tag.TILE_COLS, 1), tags.get(tag.TILE_ROWS, 1))
    if is_packed(image):
        for begin, length in ((tag.STRIPS, tag.STRIP_LENGTHS), (tag.TILES, tag.TILE_LENGTHS)):
            tag.check_strips(data, tags.get(begin, ()), tags.get(length, ()))


def bits_of(image: TiffImageFile) -> int:
    return max(image.tag_v2.get(tag.BITS, (1,)))


def is_packed(image: TiffImageFile) -> bool:
    return image.tag_v2.get(tag.COMPRESSION, tag.UNPACKED) != tag.UNPACKED


def is_misread(image: TiffImageFile) -> bool:
    """Whether channels are stored apart, other than in the one way that Pillow reads rightly."""
    if image.tag_v2.get(tag.PLANES) != tag.APART:
        return False
    channels = image.tag_v2.get(tag.SAMPLES, 1)
    return not is_packed(image) if channels == 1 else channels != 3 or bits_of(image) > 8


def mended(image: TiffImageFile) -> tuple[Image.Image, list[str]]:
    """An image that Pillow has loaded, with the values that it should have, and what was wrong."""
    pixels: Image.Image = image
    bits, repairs = bits_of(image), []
    if bits == 12:
        wide = np.rint(np.arange(4096) * (65535 / 4095)).astype(np.uint16)
        pixels = Image.fromarray(wide[values_of(image)])
    if image.tag_v2.get(tag.PHOTOMETRIC, tag.MIN_IS_WHITE) == tag.MIN_IS_WHITE:
        repairs.append(WHITE_IS_ZERO)
        if bits == 16:
            pixels = Image.fromarray(65535 - values_of(image))
    if bits == 16 and image.tag_v2.get(tag.SAMPLES, 1) > 1:
        repairs.append(TO_8_BIT)
    return pixels, repairs


@contextmanager
def silenced() -> Iterator[None]:
    """Keep what libtiff says about damage, without a file's name, from the screen."""
    try:
        screen = os.dup(2)
    except OSError:  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)
