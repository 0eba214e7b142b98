"""Time hog against OpenCV and scikit-image, one thread each.

OpenCV's descriptor also weighs votes by their place in a block and shares them out between cells
and bins; ours and scikit-image's do not. Quality is the largest difference from scikit-image.

Run: python -m benchmarks.hog
"""

import cv2
import numpy as np
from skimage.feature import hog as skimage_hog

from benchmarks.support.record import add, race
from features import hog

SETTINGS = {"orientations": 9, "cells_per_block": 2, "block_norm": "L2-Hys"}
PLAIN = {"directions": "unsigned", "interpolate": False, "gamma": 1}
SLOW = 50  # scikit-image takes its time; one image in so many is enough


def ours(images, cell):
    return hog.extract(images, pixels_per_cell=cell, **SETTINGS, **PLAIN)


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


def main():
    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    for n, side, cell in ((10_000, 32, 8), (10_000, 32, 4), (1_000, 96, 8)):
        images = rng.integers(0, 256, (n, side, side, 3), dtype=np.uint8)
        few = images[: n // SLOW]
        apart = np.abs(ours(few, cell) - scikit_image(few, cell)).max()
        seconds = race(
            {
                "ours": lambda images=images, cell=cell: ours(images, cell),
                "opencv": lambda images=images, cell=cell: opencv(images, cell),
                "scikit-image": lambda few=few, cell=cell: scikit_image(few, cell),
            },
            repeats=7,
        )
        seconds["scikit-image"] *= SLOW
        size = f"{n} images of {side}x{side}, cells of {cell}x{cell}"
        add("hog", size, 1, seconds, {"ours": apart})


if __name__ == "__main__":
    main()
