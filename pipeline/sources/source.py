"""The interface of a source of images: what it says about its images, and how it gives them.

A source is a module in this folder, named in `registry`, with

    recognises(data) -> bool         whether `data`, from the config, is for this source
    open(data, options) -> Source    finds the images, but decodes none; raises BadInput
    fingerprint(data, verify) -> str
                                     a text that changes when the images do; computed before
                                     every run. verify: from the contents of all files
    OPTIONS                          the fields of `Options` that it reads, besides the seed;
                                     others are refused where a config has them

and, if `data` is a fixed name and not a path, with the names as NAMES.

Importing the module must be quick: all sources are imported whenever the workflow starts.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

# An image as its source holds it: an image file's bytes, or RGB pixels, uint8 (rows, cols, 3).
Encoded = bytes | np.ndarray


SPLITS = ("", "train", "validation", "test")  # what a source may say of an image; "": nothing


@dataclass(frozen=True)
class Options:
    """What the config says about how data is to be understood; see config/default.yaml."""

    seed: int = 0
    layout: list[str] | None = None
    ignore: list[str] | None = None
    splits: dict[str, str] | None = None
    labels: str | dict[str, str] | None = None
    file_name: str | None = None
    archive_encoding: str | None = None


class Record(NamedTuple):
    """What a source says about one image.

    file: a name that is unique in the source. label: an index into the classes. split: one of
    SPLITS. group: a number shared by images that must all go to the same part.
    """

    file: str
    label: int
    split: str
    group: int


@dataclass(frozen=True)
class Source:
    """n images, each known by its position, 0 .. n - 1.

    classes: their sorted names; labels are indices into them. records(order), for an array of
    positions: yields the Record of each image in that order. images(order): yields (i, file,
    image) once for each order[i], with i ascending where the source can be read in any order, else
    in the source's own order. sha256(): the digest of the data, valid once the images have been
    read. said: sentences on how the data was understood. passed: for each kind of file that was
    passed over, how many there are, and one of them.
    """

    n: int
    classes: list[str]
    records: Callable[[np.ndarray], Iterator[Record]]
    images: Callable[[np.ndarray], Iterator[tuple[int, str, Encoded]]]
    sha256: Callable[[], str]
    said: list[str] = field(default_factory=list)
    passed: dict[str, tuple[int, str]] = field(default_factory=dict)


def file_sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def named_sha256(digests: Iterable[tuple[str, str]]) -> str:
    """The digest of names and the digests of their contents, given in the order of the names."""
    total = hashlib.sha256()
    for name, digest in digests:
        total.update(f"{name}\0{digest}\n".encode(errors="surrogateescape"))
    return total.hexdigest()
