"""Grey images of 16 bits, brought to 8 bits."""

from functools import lru_cache

import numpy as np
from PIL import Image

TO_8_BIT = "16 bits to 8"
BAND = 2**20  # pixels that are looked up at once: numpy needs eight bytes for each


@lru_cache(4)
def table(white: int) -> np.ndarray:
    """The 8-bit value of each 16-bit value v: v * 255 / white, rounded, at most 255."""
    return np.minimum(np.rint(np.arange(65536) * 255 / white), 255).astype(np.uint8)


def to_8_bit(values: np.ndarray, white: int = 65535) -> np.ndarray:
    """Bring uint16 values, (rows, cols, ...), to uint8, such that `white` becomes 255."""
    found = np.empty(values.shape, np.uint8)
    step = max(1, BAND // max(1, values[0].size))
    for top in range(0, len(values), step):
        found[top : top + step] = table(white)[values[top : top + step]]
    return found


def values_of(image: Image.Image) -> np.ndarray:
    """The values of a 16-bit grey image, uint16 (rows, cols), whatever mode it has in Pillow."""
    return np.asarray(image).astype(np.uint16, copy=False)
