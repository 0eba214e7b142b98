"""Images in a directory or archive, their classes in folders, names or a table, as a source."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.sources.containers import container
from pipeline.sources.fingerprint import digest
from pipeline.sources.labelling import label_images
from pipeline.sources.listing import list_images
from pipeline.sources.source import SPLITS, Encoded, Options, Record, Source

OPTIONS = ("layout", "ignore", "splits", "labels", "file_name", "archive_encoding")


def recognises(data: str) -> bool:
    return bool(data) and os.path.exists(data)  # Path.exists fails for too long a name


def fingerprint(data: str, verify: bool) -> str:
    return digest(Path(data), verify)


def open(data: str, options: Options) -> Source:
    """The images of the directory or archive at the path `data`.

    Raises BadInput where it is damaged, holds what is not allowed, or can be read in two ways.
    """
    listing = list_images(container(Path(data), options.archive_encoding), options.ignore or [])
    found = label_images(data, listing, options)
    group = found.kept if found.group is None else found.group

    def records(order: np.ndarray) -> Iterator[Record]:
        for i, name in zip(order, listing.names(found.kept[order]), strict=True):
            yield Record(name, int(found.label[i]), SPLITS[found.split[i]], int(group[i]))

    def images(order: np.ndarray) -> Iterator[tuple[int, str, Encoded]]:
        return listing.contents(found.kept[order])

    return Source(
        n=len(found.kept),
        classes=found.classes,
        records=records,
        images=images,
        sha256=listing.container.sha256,
        said=[*listing.container.said, *found.said],
        passed=listing.passed,
    )
