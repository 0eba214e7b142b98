"""Decode any image file to RGB pixels, uint8 (rows, cols, 3), and crop and scale it if wanted.

Grey and palette images are spread over three channels. Transparent pixels are laid on white.
16-bit grey v becomes v / 257, rounded; of 16-bit colour Pillow keeps the upper byte, but a TIFF
in separate planes becomes v / 257 as well. Images are turned as EXIF says. Of several frames the
first is read.
"""

import io
import warnings

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from pipeline.images.jpeg import plain_size
from pipeline.sources.source import Encoded

# Only these decoders of Pillow are ever given a stranger's bytes. JPEG comes first: a format that
# is found early spares loading the modules of the later ones.
FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF")
MAX_PIXELS = 89_478_485  # Pillow's own limit: a small file with more is likely to be a trap
# Tags of TIFF, and of EXIF, which uses the same numbers.
BITS_PER_SAMPLE, ORIENTATION, PLANAR_CONFIGURATION = 258, 274, 284
SEPARATE_PLANES = 2  # a value of PLANAR_CONFIGURATION
# What makes an image upright, for each value of ORIENTATION but 1, which is upright already.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UndecodableError(Exception):
    """This image cannot be turned into pixels; the message says why, and not which image."""


def decode(image: Encoded, size: int) -> np.ndarray:
    """Decode an image to RGB pixels, uint8 (rows, cols, 3); (size, size, 3) if `size` is not 0.

    With a size, the largest centred square is scaled to it with anti-aliasing. Raises
    UndecodableError.
    """
    if isinstance(image, np.ndarray):
        return np.asarray(square(Image.fromarray(image), size)) if size else image
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's warnings of odd metadata name no file
        try:
            return np.asarray(square(open_rgb(image, size), size))
        # Damaged files make decoders raise nearly any exception; to the user all mean the same.
        except Exception as failure:
            raise UndecodableError(
                " ".join(str(failure).split()) or type(failure).__name__
            ) from None


def open_rgb(image: bytes, size: int) -> Image.Image:
    """Decode an image file to RGB, upright.

    With a size, a JPEG that is much larger is decoded at a fraction of its size, which is faster.
    """
    plain = plain_size(image)
    if plain and (not size or min(plain) < 4 * size):  # too small to be decoded at a fraction
        check_pixels(*plain)
        return Image.frombytes("RGB", plain, image, "jpeg", "RGB", "")
    try:
        opened: Image.Image = Image.open(io.BytesIO(image), formats=FORMATS)
    except Image.UnidentifiedImageError:
        if image[:4] in (b"II*\0", b"MM\0*"):
            return open_tiff(image)
        raise ValueError("not a JPEG, PNG, BMP, WebP or TIFF image") from None
    check_pixels(*opened.size)
    if isinstance(opened, TiffImageFile) and has_deep_planes(opened):
        return open_tiff(image)
    if size:
        opened.draft(None, (2 * size, 2 * size))  # JPEG: decode at 1/2, 1/4 or 1/8 where enough
    opened.load()
    return upright(to_rgb(opened), opened.getexif().get(ORIENTATION, 1))


def has_deep_planes(image: TiffImageFile) -> bool:
    """Whether a TIFF has 16 bits in separate planes, which Pillow reads wrongly but silently."""
    tags = image.tag_v2
    separate = tags.get(PLANAR_CONFIGURATION) == SEPARATE_PLANES
    return separate and max(tags.get(BITS_PER_SAMPLE, (1,))) > 8


def open_tiff(image: bytes) -> Image.Image:
    """Decode a TIFF of a kind that Pillow cannot read, with tifffile."""
    from tifffile import TiffFile  # slow to import, rarely needed

    with TiffFile(io.BytesIO(image)) as file:
        page = file.pages.first
        check_pixels(int(np.prod(page.shape)), 1)
        pixels = page.asarray()
        planes_first = page.axes == "SYX"
        orientation = page.tags.valueof(ORIENTATION, 1)
    if planes_first:
        pixels = np.moveaxis(pixels, 0, -1)
    if pixels.dtype == np.uint16:
        pixels = to_8_bit(pixels)
    return upright(to_rgb(Image.fromarray(np.ascontiguousarray(pixels))), int(orientation))


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turn and mirror an image as the value of its tag ORIENTATION says."""
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def check_pixels(columns: int, rows: int) -> None:
    if columns * rows > MAX_PIXELS:
        raise ValueError(f"{columns} x {rows} pixels are more than the {MAX_PIXELS:,} allowed")


def to_8_bit(values: np.ndarray) -> np.ndarray:
    """Scale 0 .. 65535 to uint8, 0 .. 255: v / 257, rounded."""
    return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        return Image.fromarray(to_8_bit(np.asarray(image))).convert("RGB")
    if image.mode in ("I", "F"):
        raise ValueError("32-bit pixels have no fixed range; save it with 8 or 16 bits")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def square(image: Image.Image, size: int) -> Image.Image:
    """Scale the largest centred square to (size, size); leave the image as it is for size 0."""
    if not size:
        return image
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    crop = image.crop((left, top, left + side, top + side))
    return crop.resize((size, size), Image.Resampling.LANCZOS)
