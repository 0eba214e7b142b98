"""Views of an image: as it is or mirrored, and at several scales. Each gives rows of features."""

from collections.abc import Callable
from math import ceil

import numpy as np

ORIGINAL, FLIPPED = "original", "flipped"


def views(scales: list[float], flips: bool, average: bool) -> list[str]:
    """The views of an image whose features are rows; `average`: only the mean of them is."""
    every = [
        side if scale == 1 else f"{side}_{scale}"
        for scale in scales
        for side in (ORIGINAL, FLIPPED)[: 1 + flips]
    ]
    return ["+".join(every)] if average else every


def look(images: np.ndarray, view: str) -> np.ndarray:
    """A view of images, uint8 (n, rows, cols, 3), that is no mean of several."""
    side, _, scale = view.partition("_")
    if scale:
        images = np.stack([rescale(image, float(scale)) for image in images])
    return images[:, :, ::-1] if side == FLIPPED else images


def features_of(images: np.ndarray, view: str, compute: Callable) -> np.ndarray:
    """compute(images), float32 (n, d), of a view, or the mean of what it is of several."""
    names = view.split("+")
    total = compute(look(images, names[0]))
    for name in names[1:]:
        total += compute(look(images, name))
    if len(names) > 1:
        total /= np.float32(len(names))
    return total


def rescale(image: np.ndarray, scale: float) -> np.ndarray:
    """What is in an image (rows, cols, 3), so many times as large, in a frame of the same size.

    Below 1, where there would be nothing, is the mirror image of what is beside it.
    """
    from PIL import Image  # slow to import, and a workflow that has nothing to do does without

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
