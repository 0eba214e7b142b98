"""The list of all sources of images, and the search for the one that a config's `data` names."""

from importlib import import_module
from types import ModuleType

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.source import Source

# Modules of this folder, in the order in which they are asked: a known name comes before a path.
SOURCES = ("photos", "cifar10", "image_folder")


def modules() -> list[str]:
    return [f"{__package__}.{name}" for name in SOURCES]


def names() -> list[str]:
    """What `data` may be besides a path: the NAME of every source that has one."""
    found = map(import_module, modules())
    return [source.NAME for source in found if hasattr(source, "NAME")]


def find(data: str) -> ModuleType | None:
    """The first source that recognises `data`."""
    found = map(import_module, modules())
    return next((source for source in found if source.recognises(data)), None)


def open_source(data: str, seed: int) -> Source:
    """Open the source that recognises `data`.

    Raises BadInput where there is none, and what the source itself raises.
    """
    source = find(data)
    if source is None:
        raise BadInput(
            f"data {shown(data)}: no such folder or archive: give the path of one, or one of "
            f"{', '.join(names())}"
        )
    return source.open(data, seed)


def fingerprint(data: str) -> str:
    """A text that changes when images are added, removed or rewritten; none of them is read.

    It is "" for data that never changes, and where no source recognises `data`. Raises BadInput
    where a folder cannot be listed.
    """
    source = find(data)
    return "" if source is None else source.fingerprint(data)
