"""What is known of images: the part each plays, the views of it, and how fine features are."""

import numpy as np
from PIL import Image
from PIL.Image import Resampling

# A column beside the images, never copies of them.
TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")

# Features are computed of each image as it is and, if the config says so, mirrored and enlarged.
ORIGINAL, FLIPPED, ZOOMED, ZOOMED_FLIPPED = "original", "flipped", "zoomed", "zoomed_flipped"
ZOOM = 1.15  # things of one kind differ more than this in size


def views(flips: bool, zooms: bool) -> list[str]:
    """Those that are wanted, and those that are both."""
    sizes = [(ORIGINAL, FLIPPED), (ZOOMED, ZOOMED_FLIPPED)][: 1 + zooms]
    return [view for size in sizes for view in size[: 1 + flips]]


def look(images: np.ndarray, view: str) -> np.ndarray:
    """A view of images, uint8 (n, rows, cols, 3)."""
    if view in (ZOOMED, ZOOMED_FLIPPED):
        images = np.stack([zoom(image) for image in images])
    return images[:, :, ::-1] if view in (FLIPPED, ZOOMED_FLIPPED) else images


def zoom(image: np.ndarray) -> np.ndarray:
    """The middle of an image (rows, cols, 3), as large as the whole."""
    rows, cols, _ = image.shape
    left, top = ((size - size / ZOOM) / 2 for size in (cols, rows))
    middle = left, top, cols - left, rows - top
    picture = Image.fromarray(image)
    return np.asarray(picture.resize((cols, rows), Resampling.BILINEAR, box=middle))


def precision(images: np.ndarray) -> type:
    """The type that features of images (n, rows, cols, 3) are stored as.

    Half precision, 11 bits, is more than the features' own noise, and half the disk. Sums over all
    patches of larger images might be more than it can hold.
    """
    return np.float16 if images.shape[1] * images.shape[2] <= 128 * 128 else np.float32
