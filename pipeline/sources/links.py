"""Links in an archive: each is read as the file of the archive to which it leads."""

import posixpath
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from pipeline.sources.container import Entry

OUTSIDE = "links that lead out of the archive"
NOWHERE = "is a link to no file of the archive: pack the archive anew with the file itself"
MAX_STEPS = 40  # from link to link


class Link(NamedTuple):
    """A link in an archive. path: that in the archive to which it leads, without ./ and a/../."""

    name: str
    path: str


def symbolic(name: str, target: str) -> Link:
    """A link whose target is a path relative to the folder that the link is in."""
    return Link(name, posixpath.normpath(posixpath.join(posixpath.dirname(name), target)))


def followed(
    links: dict[int, Link], files: Iterable[Entry], leads_to: dict[int, int]
) -> Iterator[Entry]:
    """Yield links, given by their places, as the files to which they lead.

    files: what the archive holds besides links. leads_to: for each link that leads to a file, the
    place of the file is added to it.
    """
    if not links:
        return
    wanted = {link.path for link in links.values()}
    paths = {posixpath.normpath(link.name): link.path for link in links.values()}
    ends = {path: end(path, paths) for path in wanted}
    wanted = set(ends.values())
    found: dict[str, Entry] = {}
    for file in files:
        path = posixpath.normpath(file.name)
        if path in wanted and not file.is_folder:
            found[path] = file._replace(head=partial(bytes, file.head()))  # while it can be read
    for place, link in links.items():
        path = ends[link.path]
        if path in found:
            leads_to[place] = found[path].place
            yield found[path]._replace(name=link.name, place=place)
        elif path.startswith(("/", "../")):
            yield Entry(link.name, place, passed_over=OUTSIDE)
        else:
            yield Entry(link.name, place, fault=NOWHERE)


def end(path: str, paths: dict[str, str]) -> str:
    """Where a path leads, by way of links; to one of them where there is no end of them."""
    for _ in range(MAX_STEPS):
        path = paths.get(path, path)
    return path
