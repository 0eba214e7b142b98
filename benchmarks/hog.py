"""Time hog against OpenCV and scikit-image, in alternation, one thread each.

Run: python -m benchmarks.hog
"""

from time import perf_counter

import cv2
import numpy as np
from skimage.feature import hog as skimage_hog

from features import hog

SETTINGS = {"orientations": 9, "cells_per_block": 2, "block_norm": "L2-Hys"}
REPEATS = 7
SLOW = 200  # scikit-image takes its time; this many images are enough


def ours(images, cell):
    return hog.extract(images, pixels_per_cell=cell, **SETTINGS)


def opencv(images, cell):
    side = images.shape[1]
    descriptor = cv2.HOGDescriptor(
        (side, side), (2 * cell, 2 * cell), (cell, cell), (cell, cell), SETTINGS["orientations"]
    )
    return np.stack([descriptor.compute(image) for image in images])


def scikit_image(images, cell):
    def descriptor(image):
        return skimage_hog(image, 9, (cell, cell), (2, 2), "L2-Hys", channel_axis=-1)

    return np.stack([descriptor(image) for image in images])


def seconds_per_image(function, images, cell):
    start = perf_counter()
    function(images, cell)
    return (perf_counter() - start) / len(images)


def main():
    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    for n, side, cell in ((10_000, 32, 8), (10_000, 32, 4), (1_000, 96, 8)):
        images = rng.integers(0, 256, (n, side, side, 3), dtype=np.uint8)
        few = images[:SLOW]
        apart = np.abs(ours(few, cell) - scikit_image(few, cell)).max()
        best = dict.fromkeys((ours, opencv, scikit_image), np.inf)
        for _ in range(REPEATS):
            for function, fastest in best.items():
                batch = few if function is scikit_image else images
                best[function] = min(fastest, seconds_per_image(function, batch, cell))
        print(f"{n} images of {side}x{side}, cells of {cell}x{cell}; apart by {apart:.1e}")
        for function, fastest in best.items():
            ratio = fastest / best[ours]
            print(f"  {function.__name__:12} {1e6 * fastest:9.2f} us an image {ratio:7.1f} x ours")


if __name__ == "__main__":
    main()
