"""What a directory and an archive have in common, and how large their files may be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from features.errors import BadInput
from pipeline.runtime.messages import shown

# Limits against traps: small archives that are made to fill the memory or the disk.
MAX_FILE_BYTES = 256 * 2**20
MAX_GROWTH = 100  # times the size of the archive, for all of its files unpacked
ALWAYS_ALLOWED_BYTES = 64 * 2**20  # unpacked, however small the archive


class Entry(NamedTuple):
    """What a container says about one file or folder in it.

    place: a number by which the container finds it again. size: in bytes, unpacked. fault: why it
    cannot be read as an ordinary file, in words that follow its name in a message; "" if it can.
    head(): the first bytes of a file, enough for `is_image`. passed_over: what files like this one
    are called where they are counted, if it is passed over whatever its name; else "".
    """

    name: str
    place: int
    size: int = 0
    is_folder: bool = False
    fault: str = ""
    head: Callable[[], bytes] = bytes
    passed_over: str = ""


class Container(Protocol):
    """A directory or archive. Its methods raise BadInput where it is damaged or unreadable."""

    @property
    def path(self) -> Path: ...

    @property
    def packed_size(self) -> int | None:
        """The size of the archive in bytes; None for a directory, where nothing is packed."""

    @property
    def said(self) -> Sequence[str]:
        """Sentences on how it was understood; complete once all entries have been read."""

    def entries(self) -> Iterator[Entry]: ...

    def names(self, places: Iterable[int]) -> Iterator[str]:
        """The names of the entries at these places, as `entries` gave them."""

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        """(i, name, bytes) of the i-th place, with i ascending or in the container's own order."""

    def sha256(self) -> str:
        """The digest of what was read; valid once the contents have been read."""


def check(where: str, entry: Entry) -> None:
    if entry.fault:
        raise BadInput(f"{where}: {shown(entry.name)} {entry.fault}")
    check_size(where, entry.name, entry.size)


def check_growth(where: str, unpacked: int, packed: int) -> None:
    """Raise BadInput for an archive that unpacks to many times its size. Both are in bytes."""
    if unpacked > max(ALWAYS_ALLOWED_BYTES, MAX_GROWTH * packed):
        raise BadInput(
            f"{where}: unpacks to more than {MAX_GROWTH} times its size: if you trust this "
            "archive, unpack it and name the folder instead"
        )


def check_size(where: str, name: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise BadInput(
            f"{where}: {shown(name)} is larger than {MAX_FILE_BYTES >> 20} MiB: remove it or "
            "save it smaller"
        )
