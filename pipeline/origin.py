"""Where the data of a run lies, and whether the run's folders are those of other data or settings.

Two folders of one name, such as old/pets and new/pets, would share work/pets and results/pets. So
the first real run writes down whose they are, and a run on other data is refused.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from features.errors import BadInput
from pipeline.paths import Paths
from pipeline.plain import cut, shown_path
from pipeline.runtime.store import read_json, write_json
from pipeline.sources import registry

# Of a config: what the tables do not depend on, or what is compared elsewhere.
NOT_COMPARED = {"data", "run", "language", "shard_size", "verify_data"}


def located(data: str) -> str:
    """`data` with the user's home folder in place of a ~ at its start, where that is no name."""
    if data in registry.names() or os.path.lexists(data):
        return data
    return os.path.expanduser(data)


def origin(data: str) -> str:
    """What tells data from other data: its name, or its path.

    A path within the working directory is relative to it: a project may be moved as a whole.
    """
    if data in registry.names():
        return data
    path, here = os.path.realpath(data), os.path.realpath(".")
    inside = os.path.commonpath([path, here]) == here
    return f"./{os.path.relpath(path, here)}" if inside else path


def check_origin(paths: Paths, data: str) -> None:
    """Raise BadInput where the run's folders are those of other data.

    Where none was ever loaded, they are nobody's.
    """
    if not any(os.path.exists(file) for file in (paths.checksum, paths.provenance)):
        return
    theirs = str(read(Path(paths.origin)).get("data", origin(data)))
    if theirs != origin(data):
        raise BadInput(
            f"config: run: {paths.run} is the run of the data {shown_path(theirs)}, not of "
            f"{shown_path(origin(data))}: to keep both, name this one: --config run=NAME; or "
            f"remove {paths.work} and {paths.results}"
        )


def write_origin(paths: Paths, data: str) -> None:
    """Write down which data the run's folders are for."""
    if read(Path(paths.origin)).get("data") != origin(data):
        write_json(Path(paths.origin), {"data": origin(data)})


def overwritten(paths: Paths, config: dict) -> str:
    """A sentence where the results of another config are about to be replaced, or "".

    config: as the plan has completed it.
    """
    theirs = read(Path(paths.provenance)).get("config")
    if not isinstance(theirs, dict):
        return ""
    ours = json.loads(json.dumps(config))
    keys = sorted((ours.keys() | theirs.keys()) - NOT_COMPARED)
    different = [key for key in keys if ours.get(key) != theirs.get(key)]
    if not different:
        return ""
    return (
        f"{paths.results} holds the results of another config ({cut(', '.join(different), 200)}), "
        "which are replaced; to keep both, name this run: --config run=NAME"
    )


def read(path: Path) -> dict:
    """The JSON object in a file; {} where there is none."""
    found: object = {}
    with suppress(OSError, ValueError, RecursionError):
        found = read_json(path)
    return found if isinstance(found, dict) else {}
