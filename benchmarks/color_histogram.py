"""Time color_histogram against OpenCV and numpy, one thread each.

Quality is the largest difference from numpy's counts. Run: python -m benchmarks.color_histogram
"""

import cv2
import numpy as np

from benchmarks.support.record import add, race
from features import color_histogram

BINS = 8
SLOW = 10  # numpy takes its time; one image in so many is enough


def ours(images):
    return color_histogram.extract(images, space="rgb", bins=BINS, grid=1, square_root=False)


def opencv(images):
    ranges = [0, 256] * 3
    return [cv2.calcHist([image], [0, 1, 2], None, [BINS] * 3, ranges) for image in images]


def numpy(images):
    ranges = [(0, 256)] * 3
    return [np.histogramdd(image.reshape(-1, 3), BINS, ranges)[0] for image in images]


def main():
    cv2.setNumThreads(1)
    images = np.random.default_rng(0).integers(0, 256, (10_000, 32, 32, 3), dtype=np.uint8)
    few = images[: len(images) // SLOW]
    counts = np.reshape(numpy(few), (len(few), -1))
    quality = {
        "ours": np.abs(ours(few) * 32 * 32 - counts).max(),
        "opencv": np.abs(np.reshape(opencv(few), counts.shape) - counts).max(),
    }
    seconds = race(
        {
            "ours": lambda: ours(images),
            "opencv": lambda: opencv(images),
            "numpy": lambda: numpy(few),
        },
        repeats=7,
    )
    seconds["numpy"] *= SLOW
    add("color_histogram", "10000 images of 32x32, 8x8x8 bins", 1, seconds, quality)


if __name__ == "__main__":
    main()
