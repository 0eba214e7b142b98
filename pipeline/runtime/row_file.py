"""An .npy file whose rows can be written in any order, by several processes, in little memory."""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class RowFile:
    """An .npy file for rows of one shape and dtype.

    shape: of one row. start: where in the file the first row begins, in bytes.
    """

    path: Path
    start: int
    shape: tuple[int, ...]
    dtype: np.dtype

    def write(self, rows: Iterable[tuple[int, np.ndarray]]) -> None:
        """Write each (index, row) to its place in the file.

        The pages of a memory map would count as memory in use, so this is done by plain writes.
        """
        size = int(np.prod(self.shape)) * self.dtype.itemsize
        position = -1
        with open(self.path, "r+b") as file:
            for index, row in rows:
                if position != index:  # a seek empties the buffer: neighbours are written at once
                    file.seek(self.start + index * size)
                file.write(np.ascontiguousarray(row, self.dtype).reshape(self.shape).data)
                position = index + 1


def create(path: Path, n: int, shape: tuple[int, ...], dtype: type) -> RowFile:
    """Create an .npy file of shape (n, *shape), to be filled with rows.

    Raises OSError at once where the disk has no room for all of them.
    """
    kind = np.dtype(dtype)
    header = {
        "descr": np.lib.format.dtype_to_descr(kind),
        "fortran_order": False,
        "shape": (n, *shape),
    }
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        start = file.tell()
        size = start + n * int(np.prod(shape)) * kind.itemsize
        file.truncate(size)
        reserve(file.fileno(), size)
    return RowFile(path, start, shape, kind)


def reserve(file: int, size: int) -> None:
    """Reserve `size` bytes on the disk for an open file, where the system is able to.

    file: its descriptor. Raises OSError where the disk has no room.
    """
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file, 0, size)
        except OSError as failure:
            if failure.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise
