"""A digest of a folder or archive that changes when its images or labels do, reading none."""

import hashlib
import os
from pathlib import Path

from pipeline.sources.directory import Directory
from pipeline.sources.file_kinds import TABLES, is_hidden, is_image
from pipeline.sources.finds import table_beside


def digest(path: Path) -> str:
    """The digest of paths: of folders, and of images and tables with sizes and times of change.

    For an archive, it is that of the path, size and time of change of the archive itself. Raises
    BadInput where a folder cannot be listed.
    """
    lines = []
    if path.is_dir():
        for entry in Directory(path).entries():
            if is_hidden(entry.name):
                continue
            if entry.is_folder:
                lines.append(entry.name)
            elif is_image(entry.name, entry.head) or entry.name.lower().endswith(TABLES):
                lines.append(stamp(f"{path}/{entry.name}"))
    else:
        lines.append(stamp(str(path)))
    text = "\0".join(sorted(lines))
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def of_table(data: str, reading: dict) -> str:
    """The stamp of a table of labels that lies outside the data; "" where there is none.

    reading: the keys of the config on how data is understood.
    """
    labels = reading.get("labels")
    name = labels if isinstance(labels, str) else (labels or {}).get("table")
    file = table_beside(Path(data), name) if name else None
    return stamp(str(file)) if file else ""


def stamp(file: str) -> str:
    """A text that changes when the file does: its path, size and time of change."""
    try:
        found = os.stat(file)
    except OSError:  # such as a link to nowhere: loading the images will report it
        return file
    return f"{file}\t{found.st_size}\t{found.st_mtime_ns}"
