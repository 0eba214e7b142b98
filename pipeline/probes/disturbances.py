"""Disturbances: pure functions that change images the way that cameras, people and files do.

Each takes images, uint8 (n, rows, cols, 3), and gives as many of the same shape; what becomes of
an image does not depend on the others.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pipeline.runtime.randomness import generator

SEED = 0  # of the noise and of the permutation: they are the same for every run


class Disturbance(NamedTuple):
    """One way to disturb images. name: the function's, a key of FUNCTIONS. amount: how much, in
    the unit that the function says; None where there is no more and no less. words: as people say
    it, after "images".
    """

    name: str
    amount: float | None
    words: str

    def key(self) -> str:
        """Such as shifted-2, in the names of files."""
        return self.name if self.amount is None else f"{self.name}-{self.amount:g}"

    def of(self, images: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """The images, disturbed. numbers: int (n,), of each image, by which its noise is drawn."""
        function, how = FUNCTIONS[self.name], [] if self.amount is None else [self.amount]
        return function(images, *how, *[numbers] * (function is noisy))


def rounded(pixels: np.ndarray) -> np.ndarray:
    """Pixel values of any kind as uint8, the nearest there is."""
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def shifted(images: np.ndarray, pixels: int) -> np.ndarray:
    """Moved to the right; the column on the left edge is repeated where nothing is known."""
    moved = np.arange(images.shape[2]) - int(pixels)
    return images[:, :, np.maximum(moved, 0)]


def mirrored(images: np.ndarray) -> np.ndarray:
    """Left and right are exchanged."""
    return images[:, :, ::-1]


def turned(images: np.ndarray, degrees: int) -> np.ndarray:
    """Turned against the clock, by quarter turns; what is not square is then brought back to the
    size that it had.
    """
    rotated = np.rot90(images, int(degrees) // 90, axes=(1, 2))
    if rotated.shape == images.shape:
        return rotated
    from PIL import Image  # slow to import, and not needed to plan a workflow

    size = images.shape[2], images.shape[1]
    again = [Image.fromarray(np.ascontiguousarray(each)).resize(size) for each in rotated]
    return np.stack([np.asarray(each) for each in again])


def darkened(images: np.ndarray, share: float) -> np.ndarray:
    """Pixel values times a share of 1."""
    return rounded(images * np.float32(share))


def flattened(images: np.ndarray, share: float) -> np.ndarray:
    """Lower in contrast: distances from the image's mean value times a share of 1."""
    mean = images.mean(axis=(1, 2, 3), keepdims=True, dtype=np.float64)
    return rounded(mean + share * (images - mean))


def blurred(images: np.ndarray, sigma: float) -> np.ndarray:
    """Each channel averaged over its neighbourhood, by a Gaussian of sigma pixels."""
    from scipy.ndimage import gaussian_filter  # slow to import, as above

    smooth = gaussian_filter(images.astype(np.float32), (0, sigma, sigma, 0), mode="nearest")
    return rounded(smooth)


def noisy(images: np.ndarray, deviation: float, numbers: np.ndarray) -> np.ndarray:
    """With normal noise of this standard deviation, in grey levels, of its own for each number."""
    noise = np.empty(images.shape, np.float32)
    for row, number in zip(noise, np.asarray(numbers).tolist(), strict=True):
        rng = generator(SEED, f"noise of image {number}")
        row[...] = rng.standard_normal(row.shape, dtype=np.float32)
    return rounded(images + np.float32(deviation) * noise)


def compressed(images: np.ndarray, quality: int) -> np.ndarray:
    """Written as JPEG of this quality, 1 to 95, and read again."""
    from io import BytesIO

    from PIL import Image

    found = np.empty_like(images)
    for image, place in zip(images, found, strict=True):
        file = BytesIO()
        Image.fromarray(np.ascontiguousarray(image)).save(file, "JPEG", quality=int(quality))
        with Image.open(file) as again:
            place[...] = np.asarray(again)
    return found


def grey(images: np.ndarray) -> np.ndarray:
    """Without colour: each pixel has its luma (Rec. 601) in all three channels."""
    luma = images @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.repeat(rounded(luma)[..., None], 3, axis=3)


def channels_permuted(images: np.ndarray) -> np.ndarray:
    """What was red is green, what was green is blue, what was blue is red."""
    return images[..., [2, 0, 1]]


def shuffled(images: np.ndarray) -> np.ndarray:
    """All pixels in other places, by one permutation that is the same for all images of a size."""
    n, rows, cols, channels = images.shape
    order = generator(SEED, "shuffled pixels").permutation(rows * cols)
    return images.reshape(n, rows * cols, channels)[:, order].reshape(images.shape)


def undisturbed(images: np.ndarray) -> np.ndarray:
    """As they are: what the tables have has to come out."""
    return images


FUNCTIONS: dict[str, Callable] = {
    each.__name__: each
    for each in (
        *(shifted, mirrored, turned, darkened, flattened, blurred, noisy, compressed, grey),
        *(channels_permuted, shuffled, undisturbed),
    )
}

DISTURBANCES = (
    Disturbance("shifted", 1, "shifted by 1 pixel"),
    *(Disturbance("shifted", pixels, f"shifted by {pixels} pixels") for pixels in (2, 3, 4)),
    Disturbance("mirrored", None, "mirrored"),
    Disturbance("turned", 90, "turned by 90 degrees"),
    Disturbance("turned", 180, "turned by 180 degrees"),
    Disturbance("darkened", 0.5, "half as bright"),
    Disturbance("flattened", 0.5, "with half the contrast"),
    Disturbance("blurred", 1, "blurred by 1 pixel"),
    Disturbance("noisy", 20, "with noise of 20 grey levels"),
    Disturbance("compressed", 25, "as JPEG of quality 25"),
    Disturbance("grey", None, "in grey"),
    Disturbance("channels_permuted", None, "with channels permuted"),
    Disturbance("shuffled", None, "with pixels shuffled"),
)
UNDISTURBED = Disturbance("undisturbed", None, "as they are")


def named(key: str) -> Disturbance:
    """The disturbance of a key."""
    return next(each for each in (*DISTURBANCES, UNDISTURBED) if each.key() == key)
