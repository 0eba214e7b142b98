"""The form that all images of a run are brought to, and bringing an image to it."""

from typing import NamedTuple

from PIL import Image

SCALED = Image.Resampling.LANCZOS


class Frame(NamedTuple):
    """The form that all images of a run are brought to.

    size: pixels of the sides, 0: as they are. resize: how an image that is no square becomes one:
    "crop", the largest centred square; "pad", with black around it; "stretch", whatever its sides.
    white: the 16-bit grey value that becomes 255.
    """

    size: int = 0
    resize: str = "crop"
    white: int = 65535


def framed(image: Image.Image, frame: Frame) -> Image.Image:
    """The image in the size of the frame; as it is for size 0."""
    size = frame.size
    if not size:
        return image
    if frame.resize == "stretch":
        return image.resize((size, size), SCALED)
    if frame.resize == "pad":
        return padded(image, size)
    side = min(image.size)
    if image.width != image.height:
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    return image.resize((size, size), SCALED)


def padded(image: Image.Image, size: int) -> Image.Image:
    """The whole image, scaled to fit into a black square."""
    longest = max(image.size)
    cols, rows = (max(1, round(side * size / longest)) for side in image.size)
    square = Image.new("RGB", (size, size))
    square.paste(image.resize((cols, rows), SCALED), ((size - cols) // 2, (size - rows) // 2))
    return square
