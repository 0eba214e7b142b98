"""The variables of a MATLAB file: of versions 4 to 7 with SciPy, of version 7.3 with h5py.

Neither runs any code that a file might hold. Arrays have the axes that MATLAB shows.
"""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import mat_hdf5
from pipeline.sources.file_set import MAX_BYTES, inflated, too_large
from pipeline.sources.library_faults import told

FORM = "a MATLAB file"
HEADER = 128  # bytes before the first variable
TAG = 8  # bytes before each variable: its type and its size
COMPRESSED = 15  # the type of a variable that is packed
BYTES_OF = {
    **dict.fromkeys(("int8", "uint8", "logical", "char", "cell"), 1),
    **dict.fromkeys(("int16", "uint16"), 2),
    **dict.fromkeys(("int32", "uint32", "single"), 4),
    **dict.fromkeys(("int64", "uint64", "double"), 8),
}


def keys(path: Path) -> list[str]:
    """The names of the variables. Raises BadInput where the file is damaged."""
    if mat_hdf5.is_hdf5(path):
        return mat_hdf5.keys(path)
    with told(shown(str(path)), FORM):
        if unpacked_size(path) > MAX_BYTES:
            raise too_large(path)
        return [name for name, _, _ in variables(path)]


def read(path: Path, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """The wanted variables; a cell of names becomes an array of text.

    Raises BadInput where one is damaged or of another kind, and where they are too large.
    """
    if mat_hdf5.is_hdf5(path):
        return mat_hdf5.read(path, wanted)
    from scipy.io import loadmat  # slow to import

    with told(shown(str(path)), FORM):
        check_size(path, [each for each in variables(path) if each[0] in wanted])
        loaded = loadmat(path, variable_names=list(wanted), struct_as_record=True)
        return {key: plain(path, key, np.asarray(loaded[key])) for key in wanted}


def variables(path: Path) -> list[tuple[str, tuple[int, ...], str]]:
    """The name, shape and class of each variable; none of them is read."""
    from scipy.io import whosmat  # slow to import

    return whosmat(path)


def check_size(path: Path, found: Sequence[tuple[str, tuple[int, ...], str]]) -> None:
    """Raise BadInput for variables of other classes, or of shapes that are too large."""
    size = 0
    for name, shape, kind in found:
        if kind not in BYTES_OF:
            raise BadInput(
                f"{shown(str(path))}: {shown(name)} is of class {kind}, not an array of numbers "
                "or names: save it as such"
            )
        n = BYTES_OF[kind]
        for side in shape:
            n *= side
        size += n
    if size > MAX_BYTES:
        raise too_large(path)


def unpacked_size(path: Path) -> int:
    """How many bytes the variables of a file have, unpacked; more than MAX_BYTES are not counted.

    A file can be packed so well that it would fill the memory, whatever it says about shapes.
    Raises EOFError where it ends too early, zlib.error where a checksum is wrong: SciPy does not
    compare all of them.
    """
    left = total = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(HEADER)
        endian = {b"IM": "<", b"MI": ">"}.get(start[126:128])
        left -= len(start)
        while endian is not None and left > 0 and total <= MAX_BYTES:  # version 4 packs nothing
            tag = file.read(TAG)
            kind, size = struct.unpack(f"{endian}II", tag) if len(tag) == TAG else (0, left)
            left -= TAG + size
            if left < 0:
                raise EOFError("it ends too early")
            if kind == COMPRESSED:
                total += inflated(file.read(size))
            else:
                file.seek(size, 1)
    return total


def plain(path: Path, key: str, array: np.ndarray) -> np.ndarray:
    """An array of numbers as it is; a cell or matrix of characters as text."""
    if array.dtype.kind == "O":
        texts = [each for each in array.ravel() if isinstance(each, np.ndarray)]
        if len(texts) != array.size or any(t.dtype.kind != "U" or t.size != 1 for t in texts):
            raise BadInput(
                f"{shown(str(path))}: {shown(key)} is a cell that holds other things than names: "
                "save it as numbers or names"
            )
        return np.array([str(text.ravel()[0]) for text in texts])
    if array.dtype.kind == "U":
        return np.char.rstrip(array.ravel())
    if array.dtype.kind not in "iufb":
        raise BadInput(
            f"{shown(str(path))}: {shown(key)} holds {array.dtype} and not numbers or names: save "
            "it as such"
        )
    return array
