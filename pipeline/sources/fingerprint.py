"""A digest of a folder or archive that changes when its images do, without reading any."""

import hashlib
import os
from pathlib import Path

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.directory import Directory
from pipeline.sources.listing import is_image


def digest(path: Path) -> str:
    """The digest of the images' paths, sizes and times of change, and of the folders' paths.

    For an archive, it is that of the path, size and time of change of the archive itself. Raises
    BadInput where a folder cannot be listed, and for links that the listing refuses.
    """
    folders: list[str] = []
    if path.is_dir():
        stamps = []
        for entry in Directory(path).entries():
            if not (entry.is_folder or is_image(entry.name)):
                continue
            if entry.fault and os.path.exists(path / entry.name):
                raise BadInput(f"{path}: {shown(entry.name)} {entry.fault}")
            if entry.is_folder:
                folders.append(entry.name)
            else:
                stamps.append(stamp(f"{path}/{entry.name}"))
    else:
        stamps = [stamp(str(path))]
    lines = "\n".join(sorted(folders) + sorted(stamps))
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


def stamp(file: str) -> str:
    """A line that changes when the file does: its path, size and time of change."""
    try:
        found = os.stat(file)
    except OSError:  # such as a link to nowhere: loading the images will report it
        return file
    return f"{file}\t{found.st_size}\t{found.st_mtime_ns}"
