"""The sources that there are, and which of them a config's `data` is for."""

from importlib import import_module
from types import ModuleType

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.source import Source

# Modules of this folder, in the order in which they are asked: a name wins over a path.
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
    """Raises BadInput where no source recognises `data`, and what the source itself raises."""
    source = find(data)
    if source is None:
        raise BadInput(
            f"data {shown(data)}: no such folder or archive: give the path of one, or one of "
            f"{', '.join(names())}"
        )
    return source.open(data, seed)


def fingerprint(data: str) -> str:
    """Changes where images come, go, or are written anew; none is read. "" where there are none.

    Raises BadInput where a folder cannot be listed.
    """
    source = find(data)
    return "" if source is None else source.fingerprint(data)
