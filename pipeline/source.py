"""What every source of images tells about them before a single one is decoded."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# An image as its source holds it: an image file's bytes, or RGB pixels, uint8 (rows, cols, 3).
Encoded = bytes | np.ndarray


@dataclass(frozen=True)
class Source:
    """n images, known by their position 0 .. n - 1.

    `files`, `labels`, `splits` and `groups` have n entries: a name unique in the source, an index
    into `classes` (sorted), "train", "test" or "" (the source does not say), and an integer shared
    by images that no split may part. `images(order)` yields every (position, image) once, in
    `order` where the source can be read in any order, else in its own. `sha256()` is valid once
    the images have been read.
    """

    files: list[str]
    labels: list[int]
    splits: list[str]
    groups: list[int]
    classes: list[str]
    images: Callable[[np.ndarray], Iterator[tuple[int, Encoded]]]
    sha256: Callable[[], str]


def file_sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def named_sha256(digests: dict[str, str]) -> str:
    """Over names and the digests of their contents, in the order of the names."""
    total = hashlib.sha256()
    for name in sorted(digests):
        total.update(f"{name}\0{digests[name]}\n".encode(errors="surrogateescape"))
    return total.hexdigest()
