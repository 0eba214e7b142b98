"""Views of an image: the image as it is or mirrored, at one or several scales.

Each view gives an image a row of features. The views can also be averaged into a single row.
"""

from collections.abc import Callable
from math import ceil

import numpy as np

ORIGINAL, FLIPPED = "original", "flipped"


def views(scales: list[float], flips: bool, average: bool) -> list[str]:
    """The names of the views that give a row each, such as "original" and "flipped_1.2".

    average: whether there is only one row, the mean over all views, such as "original+flipped".
    """
    every = [
        side if scale == 1 else f"{side}_{scale}"
        for scale in scales
        for side in (ORIGINAL, FLIPPED)[: 1 + flips]
    ]
    return ["+".join(every)] if average else every


def look(images: np.ndarray, view: str) -> np.ndarray:
    """Images, uint8 (n, rows, cols, 3), as seen in a view that is not a mean of several."""
    side, _, scale = view.partition("_")
    if scale:
        images = np.stack([rescale(image, float(scale)) for image in images])
    return images[:, :, ::-1] if side == FLIPPED else images


def features_of(images: np.ndarray, view: str, compute: Callable) -> np.ndarray:
    """The features of images in a view, float32 (n, d); for "a+b", the mean over views a and b.

    compute: turns images, uint8 (n, rows, cols, 3), into features.
    """
    names = view.split("+")
    total = compute(look(images, names[0]))
    for name in names[1:]:
        total += compute(look(images, name))
    if len(names) > 1:
        total /= np.float32(len(names))
    return total


def rescale(image: np.ndarray, scale: float) -> np.ndarray:
    """An image (rows, cols, 3), shown `scale` times as large in a frame of the same size.

    A scale below 1 leaves a margin, which is filled with the mirror image of what lies beside it.
    """
    from PIL import Image  # slow to import, and not needed to plan a workflow

    rows, cols, _ = image.shape
    margins = [(size / scale - size) / 2 for size in (rows, cols)]
    top, left = (max(0, ceil(margin)) for margin in margins)
    wide = np.pad(image, ((top, top), (left, left), (0, 0)), mode="symmetric")
    box = (
        *(left - margins[1], top - margins[0]),
        *(left + cols + margins[1], top + rows + margins[0]),
    )
    size, how = (cols, rows), (Image.Transform.EXTENT, box, Image.Resampling.BILINEAR)
    seen = Image.fromarray(wide).transform(size, *how)
    return np.asarray(seen)
