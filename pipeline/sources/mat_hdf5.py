"""The variables of a MATLAB file of version 7.3, which is an HDF5 file, read with h5py."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.directory import beginning
from pipeline.sources.file_set import MAX_BYTES, inflated, too_large
from pipeline.sources.library_faults import told

SIGNATURE = b"\x89HDF\r\n\x1a\n"
PLACES = (0, 512)  # where it may stand; MATLAB puts its own header before it
# The filters that may pack a variable, by their numbers, in this order: shuffle, gzip, checksums.
FILTERS = (2, 1, 3)
GZIP = 1
NAME_BYTES = 10_000  # of a class name, at most


def reading(path: Path) -> AbstractContextManager[None]:
    return told(shown(str(path)), "MATLAB 7.3", instead="save it with -v7")


def is_hdf5(path: Path) -> bool:
    start = beginning(path, PLACES[-1] + len(SIGNATURE))
    return any(start[place:].startswith(SIGNATURE) for place in PLACES)


def opened(path: Path) -> Any:
    import h5py

    return h5py.File(path, "r")


def keys(path: Path) -> list[str]:
    with reading(path), opened(path) as file:
        return [name for name in file if not name.startswith("#")]


def read(path: Path, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """The wanted variables, see `mat_arrays`. Raises BadInput."""
    left, found = MAX_BYTES, {}
    with reading(path), opened(path) as file:
        for key in wanted:
            variable = checked(path, key, file)
            left -= size_of(variable)
            if left < 0:
                raise too_large(path)
            check_packed(path, variable)
            found[key] = array_of(path, key, file, variable)
    return found


def checked(path: Path, key: str, file: Any) -> Any:
    """A variable that lies in the file itself. Raises BadInput for any other."""
    import h5py

    here = isinstance(file.get(key, getlink=True), h5py.HardLink)
    variable = file.get(key) if here else None
    if not lies_here(variable):
        raise BadInput(
            f"{shown(str(path))}: {shown(key)} is no array that lies in this file: save it as one"
        )
    return variable


def lies_here(variable: Any) -> bool:
    """Whether it is an array whose data are in the file itself, not in another."""
    import h5py

    is_array = isinstance(variable, h5py.Dataset)
    return is_array and not variable.external and not variable.is_virtual


def size_of(variable: Any) -> int:
    """The bytes of a variable, or of one of the pieces that it is packed in, if that is larger."""
    largest = max(map(math.prod, (variable.shape, variable.chunks or ())))
    return largest * variable.dtype.itemsize


def check_packed(path: Path, variable: Any) -> None:
    """Raise BadInput or ValueError for a variable that would unpack to more than it says."""
    made = variable.id.get_create_plist()
    filters = [made.get_filter(i)[0] for i in range(made.get_nfilters())]
    if filters != [each for each in FILTERS if each in filters]:
        raise BadInput(
            f"{shown(str(path))}: {shown(variable.name)} is packed in an unusual way: save it "
            "again, with gzip or unpacked"
        )
    if GZIP in filters:
        piece = math.prod(variable.chunks) * variable.dtype.itemsize
        for k in range(variable.id.get_num_chunks()):
            place = variable.id.get_chunk_info(k).chunk_offset
            unused, data = variable.id.read_direct_chunk(place)
            if not unused and inflated(data) > piece:
                raise ValueError("it unpacks to more than it says")


def array_of(path: Path, key: str, file: Any, variable: Any) -> np.ndarray:
    """The variable with MATLAB's axes, which HDF5 has in reverse; references become text."""
    import h5py

    if h5py.check_ref_dtype(variable.dtype) is h5py.Reference:
        if variable.size > MAX_BYTES // NAME_BYTES:
            raise too_large(path)
        return np.array([text_of(path, key, file[each]) for each in variable[()].ravel()])
    if variable.dtype.kind not in "iufb":
        raise BadInput(
            f"{shown(str(path))}: {shown(key)} holds {variable.dtype} and not numbers or names: "
            "save it as such"
        )
    return np.asarray(variable[()]).transpose()


def text_of(path: Path, key: str, variable: Any) -> str:
    """A text, which MATLAB keeps as the numbers of its characters."""
    is_text = lies_here(variable) and variable.dtype == np.uint16
    if not is_text or size_of(variable) > NAME_BYTES:
        raise BadInput(
            f"{shown(str(path))}: {shown(key)} is a cell that holds other things than names: save "
            "it as numbers or names"
        )
    check_packed(path, variable)
    return variable[()].ravel().tobytes().decode("utf-16-le", errors="replace")
