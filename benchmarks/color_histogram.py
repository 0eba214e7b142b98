"""Time color_histogram against OpenCV and numpy, in alternation, one thread each.

Run: python -m benchmarks.color_histogram
"""

from time import perf_counter

import cv2
import numpy as np

from features import color_histogram

BINS = 8
REPEATS = 7
SLOW = 1_000  # numpy takes its time; this many images are enough


def ours(images):
    return color_histogram.extract(images, space="rgb", bins=BINS, grid=1, square_root=False)


def opencv(images):
    ranges = [0, 256] * 3
    return [cv2.calcHist([image], [0, 1, 2], None, [BINS] * 3, ranges) for image in images]


def numpy(images):
    ranges = [(0, 256)] * 3
    return [np.histogramdd(image.reshape(-1, 3), BINS, ranges)[0] for image in images]


def seconds_per_image(function, images):
    start = perf_counter()
    function(images)
    return (perf_counter() - start) / len(images)


def main():
    cv2.setNumThreads(1)
    images = np.random.default_rng(0).integers(0, 256, (10_000, 32, 32, 3), dtype=np.uint8)
    few = images[:SLOW]
    pixels = images[0].size // 3
    for peer in (opencv, numpy):
        counts = np.reshape(peer(few), (SLOW, -1))
        assert np.array_equal(ours(few) * pixels, counts), peer.__name__
    best = dict.fromkeys((ours, opencv, numpy), np.inf)
    for _ in range(REPEATS):
        for function, fastest in best.items():
            batch = few if function is numpy else images
            best[function] = min(fastest, seconds_per_image(function, batch))
    for function, fastest in best.items():
        ratio = fastest / best[ours]
        print(f"{function.__name__:8} {1e6 * fastest:8.2f} us an image {ratio:7.1f} x ours")


if __name__ == "__main__":
    main()
