"""The list of all sources of images, and the search for the one that a config's `data` names."""

import os
from dataclasses import fields
from importlib import import_module
from types import ModuleType

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.source import Options, Source

# The keys of a config that say how data is to be understood.
OPTIONS = tuple(each.name for each in fields(Options) if each.name != "seed")

# Modules of this folder, in the order in which they are asked: a known name comes before a path.
SOURCES = ("photos", "cifar_binary", "stl_binary", "idx", "array_file", "parquet", "image_folder")


def modules() -> list[str]:
    return [f"{__package__}.{name}" for name in SOURCES]


def names() -> list[str]:
    """What `data` may be besides a path: the NAMES of every source that has some."""
    return [
        name for source in map(import_module, modules()) for name in getattr(source, "NAMES", ())
    ]


def find(data: str) -> ModuleType | None:
    """The first source that recognises `data`."""
    found = map(import_module, modules())
    return next((source for source in found if source.recognises(data)), None)


def options(data: str) -> tuple[str, ...]:
    """Those of OPTIONS that the source of `data` reads. Raises BadInput where there is none."""
    return found(data).OPTIONS


def found(data: str) -> ModuleType:
    """The source of `data`. Raises BadInput where there is none."""
    source = find(data)
    if source is None:
        raise BadInput(
            f"data {shown(data)}: no such folder or archive (looked for "
            f"{shown(os.path.abspath(data))}): give the path of one, or one of "
            f"{', '.join(names())}"
        )
    return source


def open_source(data: str, options: Options) -> Source:
    """Open the source that recognises `data`.

    Raises BadInput where there is none, and what the source itself raises.
    """
    return found(data).open(data, options)


def fingerprint(data: str, verify: bool = False) -> str:
    """A text that changes when images are added, removed or rewritten.

    verify: read all files, and compare their contents; else names, sizes and times tell. It is
    "" for data that never changes. Raises BadInput where no source recognises `data`, and where a
    folder cannot be listed.
    """
    return found(data).fingerprint(data, verify)
