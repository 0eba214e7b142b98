"""A network that was trained before, and is only looked through: an image in, a row out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Network:
    """rows, cols: the size of images in pixels. see: turns one, uint8 (rows, cols, 3), into its
    features, float32 (d,)."""

    rows: int
    cols: int
    see: Callable[[np.ndarray], np.ndarray]

    def features(self, image: np.ndarray) -> np.ndarray:
        """The features of an image of any size, uint8 (_, _, 3), stretched to the network's."""
        return self.see(resized(image, self.rows, self.cols))


def resized(image: np.ndarray, rows: int, cols: int) -> np.ndarray:
    """An image, uint8 (_, _, 3), stretched or shrunk to uint8 (rows, cols, 3).

    Bicubic, in whole numbers, so that all processors agree; where an image shrinks, each new pixel
    weighs all those that it covers (antialiasing).
    """
    from PIL import Image  # slow to import, and not needed to plan a workflow

    scaled = Image.fromarray(image).resize((cols, rows), Image.Resampling.BICUBIC)
    return np.array(scaled)
