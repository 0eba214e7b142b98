"""A directory as a container of files, as `listing` describes it."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.listing import Entry, is_hidden
from pipeline.sources.source import named_sha256

NOT_ORDINARY = "is not an ordinary file: remove it"


class Directory:
    """The files and folders in a directory and below it; hidden ones are left out."""

    packed_size = None

    def __init__(self, path: Path) -> None:
        self.path, self.root = path, path.resolve()
        self.files: list[str] = []
        self.digests: dict[str, str] = {}

    def entries(self) -> Iterator[Entry]:
        """Yield all entries. The place of a file is its index in `files`, in the order found."""
        self.files = []
        yield from self.scan("")

    def scan(self, folder: str) -> Iterator[Entry]:
        """Yield the entries of a folder and of the folders in it.

        folder: its path relative to the directory.
        """
        try:
            found = [
                entry for entry in os.scandir(self.root / folder) if not is_hidden(entry.name)
            ]
        except OSError as failure:
            raise unreadable(self.root / folder, failure) from None
        for entry in found:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if os.path.isdir(entry):  # entry.is_dir() fails for a link to itself
                fault = self.fault_of_link(entry.path) if entry.is_symlink() else ""
                yield Entry(name, -1, is_folder=True, fault=fault)
                if not fault:
                    yield from self.scan(name)
            else:
                self.files.append(name)
                yield self.file(name, entry)

    def file(self, name: str, entry: os.DirEntry) -> Entry:
        place = len(self.files) - 1
        try:
            status = entry.stat()
        except OSError as failure:
            return Entry(name, place, fault=cannot_be_read(failure))
        fault = "" if stat.S_ISREG(status.st_mode) else NOT_ORDINARY
        if entry.is_symlink():
            fault = fault or self.fault_of_link(entry.path)
        return Entry(name, place, status.st_size, fault=fault)

    def fault_of_link(self, link: str) -> str:
        """Why a link is refused, or "" for a link to a file within the directory.

        A link to a folder would count its images twice, perhaps in both train and test.
        """
        if Path(os.path.realpath(link)).is_relative_to(self.root) and not os.path.isdir(link):
            return ""
        return (
            f"is a link out of {self.root} or to another folder: put the files themselves in its "
            "place"
        )

    def names(self, places: Iterable[int]) -> Iterator[str]:
        return (self.files[place] for place in places)

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        for i, name in enumerate(self.names(places)):
            data = read(self.path / name)
            self.digests[name] = hashlib.sha256(data).hexdigest()
            yield i, name, data

    def sha256(self) -> str:
        return named_sha256(self.digests)


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as failure:
        raise unreadable(file, failure) from None


def unreadable(path: Path, failure: OSError) -> BadInput:
    return BadInput(f"{shown(str(path))}: {cannot_be_read(failure)}")


def cannot_be_read(failure: OSError) -> str:
    return f"cannot be read ({failure.strerror}): check its permissions, or remove it"
