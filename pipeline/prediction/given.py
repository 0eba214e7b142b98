"""The images that a user names to be classified: files, and those in folders and archives."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.container import check_size
from pipeline.sources.containers import container
from pipeline.sources.directory import beginning, cannot_be_read
from pipeline.sources.file_kinds import is_image
from pipeline.sources.listing import Listing, list_images
from pipeline.sources.source import Encoded
from pipeline.sources.zip_archive import ZipArchive


class Given(NamedTuple):
    """An image, and the path that it is named by; problem: why there is none, "" if there is."""

    path: str
    image: Encoded
    problem: str = ""


def given(paths: Sequence[str]) -> Iterator[Given]:
    """Each image at the paths, in their order; in a tar in the archive's own, else sorted.

    Hidden files, and files that are no images, are passed over in folders and archives. Raises
    BadInput, before any image is given, for a path where there is no image, and for a folder or
    an archive with what is not allowed: see `sources.listing`.
    """
    found = [(path, listed(path)) for path in paths]
    return (each for path, listing in found for each in images(path, listing))


def listed(path: str) -> Listing | None:
    """The images of a folder or archive; None for an image."""
    name = shown(path)
    if not os.path.exists(path):
        raise BadInput(f"{name}: there is no such image, folder or archive")
    if os.path.isfile(path) and is_image(path, lambda: beginning(path)):
        return None
    try:
        holder = container(Path(path))
    except BadInput:
        raise BadInput(
            f"{name}: is no image, and no folder or archive (.zip, .tar, .tar.gz) of images"
        ) from None
    listing = list_images(holder)
    if not listing.places:
        raise BadInput(f"{name}: holds no images")
    return listing


def images(path: str, listing: Listing | None) -> Iterator[Given]:
    """The image at a path, or those of the folder or archive there."""
    if listing is None:
        yield image_at(path)
    elif listing.container.packed_size is None:
        for name in listing.all_names():
            yield image_at(os.path.join(path, name))
    else:
        yield from packed(path, listing)


def packed(path: str, listing: Listing) -> Iterator[Given]:
    """The images in an archive. In a zip, those behind a damaged one can be read all the same."""
    n, done = len(listing.places), 0
    while done < n:
        try:
            for _, name, data in listing.contents(np.arange(done, n)):
                yield Given(os.path.join(path, name), data)
                done += 1
            return
        except BadInput as mistake:
            if not isinstance(listing.container, ZipArchive):
                raise
            name = next(listing.names(np.array([done])))
            yield Given(os.path.join(path, name), b"", str(mistake))
            done += 1


def image_at(path: str) -> Given:
    try:
        check_size(os.path.dirname(path), os.path.basename(path), os.path.getsize(path))
        return Given(path, Path(path).read_bytes())
    except OSError as failure:
        return Given(path, b"", cannot_be_read(failure))
    except BadInput as mistake:
        return Given(path, b"", str(mistake))
