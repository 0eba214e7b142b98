"""A directory as a container of files, as `listing` describes it."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.container import Entry
from pipeline.sources.external_sort import in_order
from pipeline.sources.file_kinds import HEAD, is_hidden
from pipeline.sources.names import Names
from pipeline.sources.source import named_sha256

DIGEST = hashlib.sha256().digest_size
LONG = 400  # characters of a path in a message
NOT_ORDINARY = "is not an ordinary file: remove it"


class Directory:
    """The files and folders in a directory and below it; hidden ones are left out.

    The place of a file is its number, in the order found. digests: of the contents read so far,
    DIGEST bytes for each file; zeros where it has not been read.
    """

    packed_size = None
    said: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        self.path, self.root = path, path.resolve()
        self.files, self.digests = Names(), bytearray()

    def entries(self) -> Iterator[Entry]:
        self.files, self.digests = Names(), bytearray()
        left = [""]  # folders to enter: a stack, for they may lie deeper than calls can
        while left:
            folder = left.pop()
            for entry in self.found(folder):
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False) or os.path.isdir(entry):
                    fault = self.fault_of_link(entry.path) if entry.is_symlink() else ""
                    yield Entry(name, -1, is_folder=True, fault=fault)
                    if not fault and not is_hidden(entry.name):
                        left.append(name)
                else:
                    self.files.append(name)
                    self.digests += bytes(DIGEST)
                    yield self.file(name, entry)

    def found(self, folder: str) -> Iterator[os.DirEntry]:
        """What lies in a folder, given its path relative to the directory."""
        try:
            with os.scandir(self.root / folder) as found:
                yield from found
        except OSError as failure:
            raise unreadable(self.root / folder, failure) from None

    def file(self, name: str, entry: os.DirEntry) -> Entry:
        place, path = len(self.files) - 1, entry.path
        try:
            status = entry.stat()
        except OSError as failure:
            return Entry(name, place, fault=cannot_be_read(failure))
        fault = "" if stat.S_ISREG(status.st_mode) else NOT_ORDINARY
        if entry.is_symlink():
            fault = fault or self.fault_of_link(path)
        head = bytes if fault else partial(beginning, path)
        return Entry(name, place, status.st_size, fault=fault, head=head)

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
        for i, place in enumerate(places):
            name = self.files[place]
            data = read(self.path / name)
            self.digests[place * DIGEST : (place + 1) * DIGEST] = hashlib.sha256(data).digest()
            yield i, name, data

    def sha256(self) -> str:
        return named_sha256(in_order(self.named_digests()))

    def named_digests(self) -> Iterator[tuple[str, str]]:
        for place in range(len(self.files)):
            digest = self.digests[place * DIGEST : (place + 1) * DIGEST]
            if any(digest):
                yield self.files[place], digest.hex()


def beginning(path: str | Path, size: int = HEAD) -> bytes:
    """The first bytes of a file; none where it cannot be read, for it may well be no image."""
    try:
        with open(path, "rb") as file:
            return file.read(size)
    except OSError:
        return b""


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as failure:
        raise unreadable(file, failure) from None


def unreadable(path: Path, failure: OSError) -> BadInput:
    name = shown(str(path))
    short = name if len(name) <= LONG else f"{name[: LONG // 2]} ... {name[-LONG // 2 :]}"
    return BadInput(f"{short}: {cannot_be_read(failure)}")


def cannot_be_read(failure: OSError) -> str:
    return f"cannot be read ({failure.strerror}): check its permissions, or remove it"
