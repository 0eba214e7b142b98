"""How alike two images are, whatever a file has gone through: JPEG, a small shift, a little light.

Edges are compared, at 32 x 32 pixels at most. Where an image is nearly plain, differences as small
as those that JPEG makes count as none.
"""

from collections.abc import Callable
from math import ceil

import numpy as np
from numba import njit

from pipeline.probes.disturbances import compressed, rounded, shifted

SIDE, LEAST = 32, 8  # pixels of the sides at which images are compared: at most, at least
REACH = 2  # pixels that one may be shifted against the other, each way
FAINT = 3.0  # grey levels: a difference of neighbours that JPEG makes, or takes away
COLOUR = 32.0  # grey levels that the mean of a channel may differ by
# What makes duplicates to learn a limit from: they are as unlike as files of one picture become.
MADE: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda images: compressed(images, 90),
    lambda images: shifted(images, 1),
    lambda images: rounded(images * np.float32(1.1)),
)
REACHED = 99  # of 100 such duplicates are at least as alike as the limit
STRICTEST, LOOSEST = 0.95, 0.8  # limits


def edges(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Differences of neighbouring pixels, float32 (n, h, w, 6), and mean colours, float32 (n, 3).

    images: uint8 (n, rows, cols, 3). The differences, to the right and down of each channel, are
    those of means over 2 x 2 pixels of the image as `reduced`.
    """
    small = reduced(images)
    soft = (small[:, 1:, 1:] + small[:, 1:, :-1] + small[:, :-1, 1:] + small[:, :-1, :-1]) / 4
    right = soft[:, :-1, 1:] - soft[:, :-1, :-1]
    down = soft[:, 1:, :-1] - soft[:, :-1, :-1]
    return np.concatenate([right, down], axis=3), small.mean(axis=(1, 2))


def reduced(images: np.ndarray) -> np.ndarray:
    """Images in SIDE x SIDE pixels at most and LEAST at least, float32: means over blocks.

    What is left over on the right and below is cut off; small images are continued by their edge.
    """
    n, rows, cols, _ = images.shape
    high, wide = ceil(rows / SIDE), ceil(cols / SIDE)
    if high > 1 or wide > 1:
        down, across = rows // high, cols // wide
        tiles = images[:, : down * high, : across * wide]
        tiles = tiles.reshape(n, down, high, across, wide, 3)
        images = tiles.mean(axis=(2, 4), dtype=np.float32)
    lacking = [(0, max(0, LEAST - side)) for side in images.shape[1:3]]
    return np.pad(images, ((0, 0), *lacking, (0, 0)), mode="edge").astype(np.float32, copy=False)


def thumbnails(images: np.ndarray) -> np.ndarray:
    """Images, uint8 (n, rows, cols, 3), as LEAST x LEAST sums over pixels, less each image's mean:
    float32 (n, LEAST * LEAST * 3).
    """
    small = reduced(images)
    cuts = [np.arange(LEAST) * side // LEAST for side in small.shape[1:3]]
    sums = np.add.reduceat(np.add.reduceat(small, cuts[0], axis=1), cuts[1], axis=2)
    rows = sums.reshape(len(images), -1)
    return rows - rows.mean(axis=1, keepdims=True)


def likeness(these: np.ndarray, those: np.ndarray) -> np.ndarray:
    """How alike each image is to the one at its place among others: float64 (n,), 1: equal.

    these, those: uint8 (n, rows, cols, 3). It is the correlation of their edges where one is
    shifted against the other so that it is the largest, with FAINT added to both as if they had
    that in common; 0 where mean colours differ by more than COLOUR.
    """
    (A, light), (B, other_light) = edges(these), edges(those)
    found = np.array([_best(a, b, REACH, FAINT) for a, b in zip(A, B, strict=True)])
    return np.where(np.abs(light - other_light).max(axis=1) > COLOUR, 0, found)


def plain(images: np.ndarray) -> np.ndarray:
    """Which images, uint8 (n, rows, cols, 3), have hardly an edge: bool (n,). Their neighbouring
    pixels differ by less than FAINT, as the root of the mean square.
    """
    return np.square(edges(images)[0]).mean(axis=(1, 2, 3)) < FAINT**2


def limit(images: np.ndarray) -> float:
    """From which likeness on two images count as near duplicates, by duplicates made of images.

    images: uint8 (n, rows, cols, 3), a sample of the training images. REACHED of 100 that are
    written as JPEG, shifted by a pixel or made brighter are at least as alike; but the limit is
    never above STRICTEST or below LOOSEST.
    """
    made = np.concatenate([likeness(images, make(images)) for make in MADE])
    return float(np.clip(np.percentile(made, 100 - REACHED), LOOSEST, STRICTEST))


@njit(cache=True, nogil=True)
def _best(a, b, reach, faint):
    """The largest correlation of edges a, b, float32 (h, w, 6), over shifts up to `reach`."""
    h, w, channels = a.shape
    best = -1.0
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            both = of_a = of_b = 0.0
            for row in range(max(0, down), h + min(0, down)):
                for col in range(max(0, right), w + min(0, right)):
                    for channel in range(channels):
                        p, q = a[row, col, channel], b[row - down, col - right, channel]
                        both += p * q
                        of_a += p * p
                        of_b += q * q
            same = faint * faint * (h - abs(down)) * (w - abs(right)) * channels
            best = max(best, (both + same) / np.sqrt((of_a + same) * (of_b + same)))
    return best
