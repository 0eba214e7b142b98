"""A digest of a folder or archive that changes with its images, though none of them is read."""

import hashlib
import os
from pathlib import Path

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.directory import Directory
from pipeline.sources.listing import is_image


def digest(path: Path) -> str:
    """Over names, sizes and times of change of the images, and names of folders.

    Raises BadInput where a folder cannot be listed, and for links that the listing refuses.
    """
    folders: list[str] = []
    if path.is_dir():
        stamps = []
        for entry in Directory(path).entries():
            if entry.fault and os.path.exists(path / entry.name):
                raise BadInput(f"{path}: {shown(entry.name)} {entry.fault}")
            if entry.is_folder:
                folders.append(entry.name)
            elif is_image(entry.name):
                stamps.append(stamp(f"{path}/{entry.name}"))
    else:
        stamps = [stamp(str(path))]
    lines = "\n".join(sorted(folders) + sorted(stamps))
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


def stamp(file: str) -> str:
    try:
        found = os.stat(file)
    except OSError:  # a link to nowhere, say; whoever loads the images will tell
        return file
    return f"{file}\t{found.st_size}\t{found.st_mtime_ns}"
