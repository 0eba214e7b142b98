"""Data in a few large files: which files a folder holds, and their contents, of bounded size."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import fingerprint, known
from pipeline.sources.file_kinds import SUFFIXES, is_hidden
from pipeline.sources.source import file_sha256, named_sha256
from pipeline.sources.tar_archive import open_tar

MAX_BYTES = 2**30  # of one file, unpacked, and of all that is read of an archive
# Files beside a folder that say something about it, and hold no data.
TEXTS = (".md", ".txt", ".rst", ".html", ".json", ".yaml", ".yml", ".pdf", "license", "readme")
CHUNK = 2**20  # bytes that are unpacked at once, to be counted
DEEP = 3  # folders around everything, at most


def is_path(data: str) -> bool:
    """Whether `data` is the path of something that is there, and no known name."""
    return bool(data) and data not in known.table() and os.path.exists(data)


def files_at(path: Path) -> dict[str, Path]:
    """The ordinary files of a folder by name, hidden ones left out; or the file itself.

    One folder around everything is passed over. There are none where images or several folders
    lie there: such data is for the source of image folders.
    """
    if not path.is_dir():
        return {path.name: path} if path.is_file() else {}
    for _ in range(DEEP + 1):
        found = look_into(path)
        if found is None:
            return {}
        files, inner = found
        if inner is None:
            return files
        if not all(name.lower().endswith(TEXTS) for name in files):
            return {}
        path = inner
    return {}


def look_into(folder: Path) -> tuple[dict[str, Path], Path | None] | None:
    """The files of a folder, and the one folder in it, if any; None for images or more folders."""
    files: dict[str, Path] = {}
    inner: Path | None = None
    try:
        for entry in os.scandir(folder):
            if is_hidden(entry.name):
                continue
            if os.path.isdir(entry):
                if inner is not None or entry.is_symlink():
                    return None
                inner = Path(entry.path)
            elif entry.name.lower().endswith(SUFFIXES):
                return None
            elif os.path.isfile(entry):  # a pipe would never end
                files[entry.name] = Path(entry.path)
    except OSError:
        return None
    return dict(sorted(files.items())), inner


def check_links(files: dict[str, Path], path: Path) -> None:
    """Raise BadInput for a link that leads out of the folder `path`."""
    for file in files.values():
        inside = not path.is_dir() or file.resolve().is_relative_to(path.resolve())
        if not inside:
            raise BadInput(
                f"{shown(str(file))}: is a link out of {shown(str(path))}: put the file itself "
                "in its place"
            )


def stamps(files: dict[str, Path], verify: bool) -> str:
    """A digest that changes when a file is added, removed or rewritten; see `fingerprint`."""
    lines = "\0".join(fingerprint.stamps(map(str, files.values()), verify))
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


def digest(files: dict[str, Path]) -> str:
    """The SHA-256 of a file's content, or of the names and contents of several."""
    digests = {name: file_sha256(file) for name, file in files.items()}
    return (
        named_sha256(sorted(digests.items()))
        if len(digests) != 1
        else next(iter(digests.values()))
    )


def contents(path: Path, wanted: Callable[[str], bool]) -> tuple[dict[str, bytes], list[str]]:
    """The contents of the wanted files in a folder or tar archive, or of a file; other names.

    Both are in the order of the names. Raises BadInput where one cannot be read, and where all of
    them are larger than MAX_BYTES.
    """
    if path.is_file() and path.name.lower().endswith(".tar.gz"):
        return in_tar(path, wanted)
    files = files_at(path)
    check_links(files, path)
    mine = {name: file for name, file in files.items() if wanted(name)}
    if sum(file.stat().st_size for file in mine.values()) > MAX_BYTES:
        raise too_large(path)
    return {name: read(file) for name, file in mine.items()}, sorted(set(files) - set(mine))


def in_tar(path: Path, wanted: Callable[[str], bool]) -> tuple[dict[str, bytes], list[str]]:
    found: dict[str, bytes] = {}
    others, size = [], 0
    with open_tar(path) as (tar, members):
        for member in members:
            name = member.name.rpartition("/")[2]
            if not wanted(name) or member.fault or member.is_folder or member.is_link:
                others.append(name)
                continue
            size += member.size
            if size > MAX_BYTES:
                raise too_large(path)
            if name in found:
                raise BadInput(
                    f"{path}: holds {shown(name)} twice: pack it again with one of them"
                )
            found[name] = tar.read(member.size)
    return dict(sorted(found.items())), sorted(others)


def read(file: Path) -> bytes:
    """The content of a file, unpacked where it ends in .gz. Raises BadInput."""
    opener = gzip.open if file.name.lower().endswith(".gz") else open
    try:
        with opener(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as failure:
        raise BadInput(
            f"{shown(str(file))}: cannot be read ({failure}): fetch it again, or check its "
            "permissions"
        ) from None
    if len(data) > MAX_BYTES:
        raise too_large(file)
    return data


def inflated(data: bytes) -> int:
    """The size of packed bytes when they are unpacked; it is not counted beyond MAX_BYTES.

    Raises zlib.error where they are cut, or their checksum is wrong.
    """
    inflate, size = zlib.decompressobj(), 0
    while not inflate.eof and size <= MAX_BYTES:
        part = inflate.decompress(data, CHUNK)
        data = inflate.unconsumed_tail
        if not part and not data and not inflate.eof:
            raise zlib.error("it ends too early")
        size += len(part)
    return size


def too_large(path: Path | str) -> BadInput:
    return BadInput(
        f"{shown(str(path))}: holds more than {MAX_BYTES >> 30} GB of images: save them as image "
        "files in class folders"
    )
