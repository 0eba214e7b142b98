"""Duplicates: images with the same pixels, whatever their files."""

import hashlib

import numpy as np

DIGEST_BYTES = 16  # two images of a million have the same one by chance once in 10^26 runs


def digest(pixels: np.ndarray) -> bytes:
    """A digest of an image's pixels, uint8 (rows, cols, 3)."""
    return hashlib.blake2b(np.ascontiguousarray(pixels).data, digest_size=DIGEST_BYTES).digest()


def content_of(digests: np.ndarray) -> np.ndarray:
    """For each image the first that has the same pixels, int32 (n,); digests: uint8 (n, 16)."""
    keys = np.ascontiguousarray(digests).view(np.dtype((np.void, DIGEST_BYTES))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int32)


def joined(group: np.ndarray, content: np.ndarray) -> np.ndarray:
    """Groups that also hold together images with the same pixels, int32 (n,).

    group, content: int (n,), numbers that images share which belong together. A group that has
    grown is called by the smallest of the numbers that it had.
    """
    label = group
    while True:
        before = label
        for key in (content, group):
            _, inverse = np.unique(key, return_inverse=True)
            lowest = np.full(inverse.max(initial=-1) + 1, np.iinfo(np.int32).max, np.int32)
            np.minimum.at(lowest, inverse, label)
            label = lowest[inverse]
        if np.array_equal(label, before):
            return label
