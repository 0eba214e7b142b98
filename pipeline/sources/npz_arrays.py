"""The arrays of an .npz file, read without unpickling anything, and of bounded size."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.file_set import MAX_BYTES, too_large
from pipeline.sources.library_faults import told

FORM = ".npz"
ENDING = ".npy"


def keys(path: Path) -> list[str]:
    """The names of the arrays. Raises BadInput where the file is damaged."""
    with told(shown(str(path)), FORM), zipfile.ZipFile(path) as archive:
        return [name.removesuffix(ENDING) for name in archive.namelist()]


def read(path: Path, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """The wanted arrays, by name.

    Raises BadInput where one is damaged or holds Python objects, and where they are too large.
    """
    left = MAX_BYTES
    found = {}
    with told(shown(str(path)), FORM), zipfile.ZipFile(path) as archive:
        for key in wanted:
            member = archive.getinfo(key + ENDING)
            left -= member.file_size
            if left < 0:
                raise too_large(path)
            found[key] = read_member(path, key, archive, member)
    return found


def read_member(
    path: Path, key: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> np.ndarray:
    """One array. Its header is not trusted: there is only as much of it as the file has bytes."""
    with archive.open(member) as file:
        shape, by_columns, dtype = header(file)
        if dtype.hasobject:
            raise BadInput(
                f"{shown(str(path))}: {shown(key)} holds Python objects (pickles), which can run "
                "any code when they are read: save it as an array of numbers or of text"
            )
        data = file.read()
    size = dtype.itemsize
    for side in shape:
        size *= side
    if min(shape, default=0) < 0 or size != len(data):
        raise BadInput(
            f"{shown(str(path))}: {shown(key)} has {len(data):,} bytes, but says it has shape "
            f"{shape} of {dtype}: save it again"
        )
    array = np.frombuffer(data, dtype)
    return array.reshape(shape[::-1]).transpose() if by_columns else array.reshape(shape)


def header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """What an array says of itself: its shape, whether it lies column by column, and its type."""
    if np.lib.format.read_magic(file)[0] == 1:
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)
