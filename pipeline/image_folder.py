"""A directory or archive with a folder of image files per class, as a source."""

from pathlib import Path

from features.errors import BadInput
from pipeline.class_folders import class_folders
from pipeline.directory import list_directory
from pipeline.listing import Listing
from pipeline.source import Source
from pipeline.tar_archive import list_tar
from pipeline.zip_archive import list_zip


def image_folder(path: Path) -> Source:
    """Every image is a group of its own. Raises BadInput."""
    listing = list_images(path)
    layout = class_folders(str(path), listing.files, listing.folders)
    return Source(
        files=listing.files,
        labels=layout.labels,
        splits=layout.splits,
        groups=list(range(len(listing.files))),
        classes=layout.classes,
        images=lambda order: listing.contents(listing.files, order),
        sha256=listing.sha256,
    )


def list_images(path: Path) -> Listing:
    name = path.name.lower()
    if path.is_dir():
        return list_directory(path)
    if name.endswith(".zip"):
        return list_zip(path)
    if name.endswith((".tar", ".tar.gz", ".tgz")):
        return list_tar(path)
    raise BadInput(
        f"data {path}: is neither a folder nor a .zip, .tar, .tar.gz or .tgz: name one of these"
    )
