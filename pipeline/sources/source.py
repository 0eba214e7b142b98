"""What every source of images tells about them before a single one is decoded.

A source is a module in this folder, named in `registry`, with

    recognises(data) -> bool        whether `data`, as the config has it, is for this source
    open(data, seed) -> Source      raises BadInput
    fingerprint(data) -> str        changes where the images do; computed before every run

and NAME, where `data` is a name and no path.

Importing it must be quick: all are, whenever the workflow starts.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

# An image as its source holds it: an image file's bytes, or RGB pixels, uint8 (rows, cols, 3).
Encoded = bytes | np.ndarray


class Record(NamedTuple):
    """What a source says of an image.

    A name unique in its source, an index into the classes, "train", "test" or "" (the source does
    not say), and a number shared by images that no split may part.
    """

    file: str
    label: int
    split: str
    group: int


@dataclass(frozen=True)
class Source:
    """n images, known by their position 0 .. n - 1.

    Labels are indices into `classes`, which are sorted. Given an order of positions, `records`
    yields what is known of each image in that order, and `images` yields (i, file, image) once for
    each order[i], with i ascending where the source can be read in any order, else in its own
    order. `sha256()` is valid once the images have been read.
    """

    n: int
    classes: list[str]
    records: Callable[[np.ndarray], Iterator[Record]]
    images: Callable[[np.ndarray], Iterator[tuple[int, str, Encoded]]]
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
