"""Small pictures inside the page: images of the data, and arrays of colours."""

import base64
import io

import numpy as np
from PIL import Image

SIDE = 64  # pixels: a larger image is made smaller
QUALITY = 88


def of_image(image: np.ndarray) -> str:
    """A data URI of an image, uint8 (rows, cols, 3), whose longer side is at most SIDE."""
    picture = Image.fromarray(image)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return encoded(picture, "webp", quality=QUALITY, method=4)


def of_colors(colors: np.ndarray) -> str:
    """A data URI of colours of 0..1, float (rows, cols, 3), pixel by pixel."""
    return encoded(Image.fromarray(np.round(255 * colors).astype(np.uint8)), "png", optimize=True)


def of_shares(shares: np.ndarray, color: tuple[int, int, int]) -> str:
    """A data URI of shares of 0..1 (rows, cols): one colour, from transparent to opaque."""
    alpha = np.round(255 * np.clip(shares, 0, 1)).astype(np.uint8)
    solid = np.broadcast_to(np.array(color, np.uint8), (*shares.shape, 3))
    picture = Image.fromarray(np.concatenate([solid, alpha[..., None]], axis=2))
    return encoded(picture, "png", optimize=True)


def encoded(picture: Image.Image, kind: str, **options) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def of_mosaic(pictures: np.ndarray, across: int) -> str:
    """A data URI of pictures (m, rows, cols, 3), colours of 0..1; a clear pixel lies between."""
    m, rows, cols, _ = pictures.shape
    across = min(across, m)
    down = -(-m // across)
    canvas = np.zeros((down * (rows + 1) - 1, across * (cols + 1) - 1, 4), np.uint8)
    for i, picture in enumerate(np.round(255 * pictures).astype(np.uint8)):
        top, left = i // across * (rows + 1), i % across * (cols + 1)
        canvas[top : top + rows, left : left + cols, :3] = picture
        canvas[top : top + rows, left : left + cols, 3] = 255
    return encoded(Image.fromarray(canvas), "png", optimize=True)
