"""Duplicates: images with the same pixels, whatever their files."""

import hashlib

import numpy as np

DIGEST_BYTES = 16  # two images of a million have the same one by chance once in 10^26 runs


def digest(pixels: np.ndarray) -> bytes:
    """A digest of an image's pixels, uint8 (rows, cols, 3)."""
    return hashlib.blake2b(np.ascontiguousarray(pixels).data, digest_size=DIGEST_BYTES).digest()


def content_of(digests: np.ndarray, readable: np.ndarray) -> np.ndarray:
    """For each image the first that has the same pixels, int32 (n,).

    digests: uint8 (n, 16). readable: bool (n,). An image that could not be read is like no other.
    """
    keys = np.ascontiguousarray(digests[readable]).view(np.dtype((np.void, DIGEST_BYTES))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    content = np.arange(len(digests), dtype=np.int32)
    content[readable] = content[readable][first[inverse]]
    return content


def joined(group: np.ndarray, content: np.ndarray) -> np.ndarray:
    """Groups that also hold together images with the same pixels, int32 (n,).

    group, content: int (n,), numbers that images share which belong together. The groups that
    come out are numbered in the order of the smallest number that each had before.
    """
    # Slow to import, and not needed while images are loaded.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(group):
        return group
    groups, of_group = np.unique(group, return_inverse=True)
    contents, of_content = np.unique(content, return_inverse=True)
    links = (np.ones(len(group), np.int8), (of_group, len(groups) + of_content))
    n = len(groups) + len(contents)
    _, number = connected_components(coo_array(links, shape=(n, n)), directed=False)
    _, first, inverse = np.unique(number[: len(groups)], return_index=True, return_inverse=True)
    return first[inverse][of_group].astype(np.int32)
