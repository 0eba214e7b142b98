"""What is known of images: the part each plays, the views of it, and how fine features are."""

from collections.abc import Callable
from math import ceil

import numpy as np
from PIL import Image
from PIL.Image import Resampling, Transform

from features.errors import BadInput

# A column beside the images, never copies of them.
TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")

# How an image is looked at: as it is or mirrored, and at a scale.
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
    rows, cols, _ = image.shape
    margins = [(size / scale - size) / 2 for size in (rows, cols)]
    top, left = (max(0, ceil(margin)) for margin in margins)
    wide = np.pad(image, ((top, top), (left, left), (0, 0)), mode="symmetric")
    box = (
        *(left - margins[1], top - margins[0]),
        *(left + cols + margins[1], top + rows + margins[0]),
    )
    picture = Image.fromarray(wide)
    seen = picture.transform((cols, rows), Transform.EXTENT, box, Resampling.BILINEAR)
    return np.asarray(seen)


def stored(features: np.ndarray, images: np.ndarray, power: float) -> np.ndarray:
    """Features float32 (n, d) of images (n, rows, cols, 3), as they go to the disk.

    Half precision, 11 bits, is more than their own noise, and half the disk. Sums over all patches
    of larger images, or sums that no `power` below 1 tames, might be more than it can hold: these
    stay float32. Raises BadInput for others that are.
    """
    if images.shape[1] * images.shape[2] > 128 * 128 or power == 1:
        return features
    if features.max() > np.finfo(np.float16).max:
        raise BadInput(
            f"power {power}: a sum over patches is {features.max():.0f}, more than half precision "
            "holds: lower power, set it to 1, or give a contrast_offset"
        )
    return features.astype(np.float16)
