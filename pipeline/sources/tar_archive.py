"""A .tar, compressed or not, as a container of files: read from front to back, never to disk."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

from pipeline.sources.container import Entry, check
from pipeline.sources.file_kinds import HEAD
from pipeline.sources.links import Link, followed, symbolic
from pipeline.sources.names import Names
from pipeline.sources.source import file_sha256
from pipeline.sources.tar_members import HARD_LINK, Member, members
from pipeline.sources.unpacked import Unpacked, open_unpacked


class TarArchive:
    """A tar archive. The place of an entry is the number of its member, from the front.

    links: for each link that leads to a file of the archive, the place of that file.
    """

    said: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        self.path, self.packed_size = path, path.stat().st_size
        self.listed = Names()
        self.links: dict[int, int] = {}

    def entries(self) -> Iterator[Entry]:
        """Yield all entries: links last, for what they lead to may come after them."""
        self.listed, self.links = Names(), {}
        links: dict[int, Link] = {}
        yield from self.files(links)
        yield from followed(links, self.files({}), self.links)

    def files(self, links: dict[int, Link]) -> Iterator[Entry]:
        """Yield the entries that are no links; links are added to `links`, by their places."""
        with open_tar(self.path) as (tar, found):
            for place, member in enumerate(found):
                if place == len(self.listed):
                    self.listed.append(member.name)
                if member.is_link:
                    links[place] = link(member)
                else:
                    yield entry(tar, member, place)

    def names(self, places: Iterable[int]) -> Iterator[str]:
        return (self.listed[place] for place in places)

    def contents(self, places: Iterable[int]) -> Iterator[tuple[int, str, bytes]]:
        """(i, name, bytes) of the i-th place, in the order of the archive.

        To go back in the archive would mean to unpack it again.
        """
        asked = np.fromiter(places, np.int64)
        files = np.fromiter((self.links.get(place, place) for place in asked.tolist()), np.int64)
        left = iter(np.argsort(files, kind="stable").tolist())
        i = next(left, None)
        with open_tar(self.path) as (tar, found):
            for place, member in zip(count(), found, strict=False):
                data = None
                while i is not None and files[i] == place:
                    if data is None:
                        data = content(tar, member, place)
                    yield i, self.listed[asked[i]], data
                    i = next(left, None)
                if i is None:
                    return

    def sha256(self) -> str:
        return file_sha256(self.path)


@contextmanager
def open_tar(path: Path) -> Iterator[tuple[Unpacked, Iterator[Member]]]:
    """Open an archive: where it is read, and its members, each of which is read there.

    Raises BadInput where it is damaged, or unpacks to many times its size.
    """
    with open_unpacked(path) as tar:
        yield tar, members(tar)


def entry(tar: Unpacked, member: Member, place: int) -> Entry:
    """The entry of a member whose data comes next."""
    head = tar.read(min(HEAD, member.size))
    return Entry(
        member.name, place, member.size, member.is_folder, member.fault, partial(bytes, head)
    )


def content(tar: Unpacked, member: Member, place: int) -> bytes:
    check(str(tar.path), Entry(member.name, place, member.size, fault=member.fault))
    return tar.read(member.size)


def link(member: Member) -> Link:
    if member.kind == HARD_LINK:  # its target is a path in the archive
        return Link(member.name, posixpath.normpath("/" + member.target.lstrip("/"))[1:])
    return symbolic(member.name, member.target)
