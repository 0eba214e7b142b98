"""Bring an image of any kind of pixels to RGB of 8 bits, on white where it is transparent."""

from typing import NamedTuple

from PIL import Image

from pipeline.images.colour import to_srgb
from pipeline.images.grey16 import TO_8_BIT, to_8_bit, values_of

ON_WHITE = "alpha laid on white"
COLOURS, GREY = ("RGB", "CMYK", "LAB"), ("1", "L", "LA", "La")
BAND = 2**22  # pixels that are laid on white at once


class Rgb(NamedTuple):
    """An image of mode RGB, what was repaired, and the largest 16-bit grey value, else 0."""

    image: Image.Image
    repairs: list[str]
    peak: int = 0


def to_rgb(image: Image.Image, profile: bytes | None, white: int) -> Rgb:
    """profile: of the image's colours (ICC). white: the 16-bit grey value that becomes 255."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        return grey_of_16_bits(image, white)
    if image.mode == "RGBA" or (image.mode in COLOURS and "transparency" not in image.info):
        colours = image
    elif image.has_transparency_data:
        colours = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
    else:
        colours = image.convert("RGB")
    repairs: list[str] = []
    if image.mode not in GREY and (profile or image.mode in ("CMYK", "LAB")):
        colours, repairs = to_srgb(colours, profile)
    if colours.mode == "RGBA":
        opaque = colours.getchannel("A").getextrema()[0] == 255
        repairs += [] if opaque else [ON_WHITE]
        colours = colours.convert("RGB") if opaque else on_white(colours)
    return Rgb(colours, repairs)


def on_white(image: Image.Image) -> Image.Image:
    """An image of mode RGBA laid on white, a few rows at a time to spare memory."""
    flat = Image.new("RGB", image.size)
    rows = max(1, BAND // image.width)
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(top + rows, image.height))
        band = image.crop(box)
        white = Image.new("RGBA", band.size, "white")
        flat.paste(Image.alpha_composite(white, band).convert("RGB"), box)
    return flat


def grey_of_16_bits(image: Image.Image, white: int) -> Rgb:
    values = values_of(image)
    grey, repairs = to_8_bit(values, white), [TO_8_BIT]
    clear = image.info.get("transparency")  # a value that means: nothing is here
    if clear is not None and (values == clear).any():
        grey[values == clear] = 255
        repairs.append(ON_WHITE)
    return Rgb(Image.fromarray(grey).convert("RGB"), repairs, int(values.max()))
