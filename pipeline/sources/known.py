"""Data that is known by name, as known.yaml has it: found on this machine, or else downloaded."""

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

TABLE = Path(__file__).with_name("known.yaml")
DATA = Path("data")  # relative to where the workflow runs


class File(NamedTuple):
    """A file of the data, as it is downloaded. checksum: such as md5:c32a..."""

    url: str
    checksum: str

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]


class Known(NamedTuple):
    """One set of data: the keys are those of known.yaml.

    installed: the folder of a package of the system, and the checksum of each of its files.
    """

    title: str
    form: str
    folder: str
    files: tuple[File, ...]
    images: dict[str, int]
    classes: int
    licence: str
    citation: str
    names: list[str] | None = None
    installed: tuple[Path, dict[str, str]] | None = None

    def said(self) -> str:
        return f"{self.title}; licence: {self.licence}; to be cited as {self.citation}."


@cache
def table() -> dict[str, Known]:
    """All sets of data that are known, by name."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        name: entry(keys)
        for name, keys in yaml.load(TABLE.read_text(encoding="utf-8"), loader).items()
    }


def entry(keys: dict) -> Known:
    files = tuple(File(**file) for file in keys["files"])
    installed = keys.get("installed")
    if installed:
        installed = Path(installed["folder"]), installed["checksums"]
    return Known(**{**keys, "files": files, "installed": installed})


def names_of(form: str) -> tuple[str, ...]:
    """The names of the data that the module `form` reads."""
    return tuple(name for name, known in table().items() if known.form == form)


def locate(name: str) -> list[Path]:
    """The files of the data called `name`, in the order of the table; their checksums are right.

    They lie in data/, or are installed; else they are downloaded to data/. Raises BadInput where
    that fails, and for files in data/ of another checksum.
    """
    from pipeline.sources.download import fetch  # slow to import, and only needed here

    known = table()[name]
    folder = DATA / known.folder
    if not any((folder / file.name).exists() for file in known.files):
        found = installed(known)
        if found:
            return found
    return [fetch(file.url, file.checksum, folder, name) for file in known.files]


def installed(known: Known) -> list[Path]:
    """The files that a package of the system has installed; none if one is missing or another."""
    from pipeline.sources.download import checksum_of

    if known.installed is None:
        return []
    folder, checksums = known.installed
    files = [folder / file.name for file in known.files]
    right = all(
        os.path.isfile(file) and checksum_of(file, checksums[file.name]) == checksums[file.name]
        for file in files
    )
    return files if right else []
