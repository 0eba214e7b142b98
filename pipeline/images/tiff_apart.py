"""Read a TIFF with tifffile: of channels that are stored apart, and of kinds unknown to Pillow."""

import io

import numpy as np
from PIL import Image

from pipeline.images import tiff_tags as tag
from pipeline.images.budget import check_bytes, check_pixels
from pipeline.images.grey16 import TO_8_BIT, to_8_bit
from pipeline.images.undecodable import UndecodableError
from pipeline.images.upright import ORIENTATION, TURNED, WAYS, upright

WHITE_IS_ZERO = "white is zero"
RARE = "a rare kind of TIFF: save it as grey or RGB of 8 or 16 bits"
# Kinds of alpha, after the names that Pillow gives them: colours are multiplied by it, or not.
ALPHA, STRAIGHT = {1: "a", 2: "A"}, 2
MANY = 0  # channels, or any other number of them
# Colours, as Pillow calls them, by their kind and the number of all channels.
MODES = {
    **{(kind, n): "L" for kind in (tag.MIN_IS_WHITE, tag.MIN_IS_BLACK) for n in (1, 2)},
    **{(tag.MIN_IS_BLACK, n): "RGB" for n in (3, 4)},
    (tag.COLOUR, MANY): "RGB",
    (tag.INKS, MANY): "CMYK",
}


class MissingCodecError(UndecodableError):
    """A TIFF is packed in a way that tifffile cannot unpack by itself."""


def open_with_tifffile(data: bytes) -> tuple[Image.Image, list[str]]:
    """The first image of a TIFF, upright, and what was repaired. Raises nearly anything."""
    from tifffile import TiffFile  # slow to import, rarely needed

    with TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        tag.check_kind(data, page.tags.keys(), page.bitspersample, int(page.sampleformat))
        check_pixels(page.imagewidth, page.imagelength)
        check_pixels(page.tilewidth, page.tilelength)
        size = page.imagewidth * page.imagelength * page.samplesperpixel
        check_bytes(5 * size)  # 16-bit values, as strips and as an image, and 8-bit ones
        tag.check_strips(data, page.dataoffsets, page.databytecounts)
        if len(page.dataoffsets) < np.prod(page.chunked):
            raise UndecodableError("damaged")
        pixels = unpacked(page)
        orientation = page.tags.valueof(ORIENTATION, 1)
        photometric, extra = int(page.photometric), tuple(map(int, page.extrasamples))
        profile = page.iccprofile
    image, repairs = as_image(pixels, photometric, extra)
    if profile:
        image.info["icc_profile"] = profile
    turned = [TURNED] if orientation in WAYS else []
    return upright(image, orientation), turned + repairs


def unpacked(page) -> np.ndarray:
    """The values of a page of tifffile, uint8 or uint16 (rows, cols, channels)."""
    try:
        pixels = page.asarray(maxworkers=1)
    except (ValueError, NotImplementedError) as failure:
        if "imagecodecs" in str(failure):
            raise MissingCodecError(f"{RARE}, or pip install imagecodecs") from None
        raise
    if page.axes not in ("YX", "YXS", "SYX") or page.bitspersample != 8 * pixels.itemsize:
        raise UndecodableError(f"damaged, or {RARE}")
    if page.axes == "SYX":
        return np.moveaxis(pixels, 0, -1)
    return pixels.reshape(*pixels.shape[:2], -1)


def as_image(
    pixels: np.ndarray, photometric: int, extra: tuple[int, ...]
) -> tuple[Image.Image, list[str]]:
    """An image of Pillow of values (rows, cols, channels), and what was repaired.

    extra: what each channel is that is no colour.
    """
    rows, cols, channels = pixels.shape
    mode = MODES.get((photometric, channels)) or MODES.get((photometric, MANY), "")
    if not mode or len(mode) > channels:
        many = f"{channels} channel{'s' * (channels != 1)}"
        raise UndecodableError(f"{many}: save it as grey or RGB")
    repairs = []
    if photometric == tag.MIN_IS_WHITE:
        pixels = pixels.copy()
        pixels[..., 0] = np.iinfo(pixels.dtype).max - pixels[..., 0]
        repairs.append(WHITE_IS_ZERO)
    if pixels.dtype == np.uint16 and channels > 1:
        pixels = to_8_bit(pixels)
        repairs.append(TO_8_BIT)
    if channels > len(mode) and mode != "CMYK":
        mode += ALPHA.get(extra[0] if extra else STRAIGHT, "")
    if mode == "L":
        return Image.fromarray(np.ascontiguousarray(pixels[..., 0])), repairs
    image = Image.frombytes(mode, (cols, rows), pixels[..., : len(mode)].tobytes())
    return image.convert(mode.upper()) if mode.endswith("a") else image, repairs
