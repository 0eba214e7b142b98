"""A digest of a folder or archive that changes when its images or labels do.

Names, sizes and times of files tell, and no file is read. With `verify`, what tells is their
contents: a file that was only copied or touched is the same, one that was changed is not, whatever
its time says.
"""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.sources.directory import Directory
from pipeline.sources.file_kinds import TABLES, is_hidden, is_image
from pipeline.sources.finds import table_beside

READERS = 4  # files that are read at once: a disk, or one in the network, gives many sooner
CHUNK = 2**18  # bytes of a file that are read at once


def digest(path: Path, verify: bool = False) -> str:
    """The digest of paths: of folders, and of images and tables with their stamps.

    For an archive, it is that of the path and stamp of the archive itself. Raises BadInput where
    a folder cannot be listed.
    """
    lines, files = [], []
    if path.is_dir():
        for entry in Directory(path).entries():
            if is_hidden(entry.name):
                continue
            if entry.is_folder:
                lines.append(entry.name)
            elif is_image(entry.name, entry.head) or entry.name.lower().endswith(TABLES):
                files.append(f"{path}/{entry.name}")
    else:
        files.append(str(path))
    text = "\0".join(sorted([*lines, *stamps(files, verify)]))
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def of_table(data: str, reading: dict, verify: bool = False) -> str:
    """The stamp of a table of labels that lies outside the data; "" where there is none.

    reading: the keys of the config on how data is understood.
    """
    labels = reading.get("labels")
    name = labels if isinstance(labels, str) else (labels or {}).get("table")
    file = table_beside(Path(data), name) if name else None
    return stamp(str(file), verify) if file else ""


def stamps(files: Iterable[str], verify: bool) -> list[str]:
    """The stamp of each file."""
    if not verify:
        return list(map(stamp, files))
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(stamp_of_content, files))


def stamp(file: str, verify: bool = False) -> str:
    """A text that changes when the file does: its path, size and time of change.

    verify: its path and the SHA-256 of its content instead.
    """
    if verify:
        return stamp_of_content(file)
    try:
        found = os.stat(file)
    except OSError:  # such as a link to nowhere: loading the images will report it
        return file
    return f"{file}\t{found.st_size}\t{found.st_mtime_ns}"


def stamp_of_content(file: str) -> str:
    if not os.path.isfile(file):  # a pipe would never end
        return file
    digest = hashlib.sha256()
    try:
        with open(file, "rb", buffering=0) as stream:
            while part := stream.read(CHUNK):
                digest.update(part)
    except OSError:
        return file
    return f"{file}\tsha256\t{digest.hexdigest()}"
