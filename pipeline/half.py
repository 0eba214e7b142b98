"""Numbers of half precision, as they are stored, made single, as arithmetic wants them."""

import numpy as np
from numba import njit

from features.parallel import blocks

BLOCK = 64  # rows that a thread takes on at once


def widen(rows: np.ndarray, index: np.ndarray, map_=map) -> np.ndarray:
    """rows[index] of float16 or float32 (n, d), as float32 (m, d).

    map_: as in `standardizer.fit`.
    """
    if rows.dtype != np.float16:
        return rows[index]
    out = np.empty((len(index), rows.shape[1]), np.float32)
    bits = rows.view(np.uint16)
    list(map_(lambda part: _widen(bits, index[part], out[part]), blocks(len(index), BLOCK)))
    return out


@njit(cache=True, nogil=True)
def _widen(rows, index, out):
    """Bits are shifted to their places, which numpy takes 20 times as long for, one by one.

    The exponent is off by 112 then, and a product puts that right, for the smallest numbers too.
    """
    scale = np.float32(2.0**112)
    for i in range(len(index)):
        row, place = rows[index[i]], out[i]
        for j in range(len(row)):
            sign, size = np.int32(row[j] & 0x8000), np.int32(row[j] & 0x7FFF)
            number = np.int32(sign << 16 | size << 13).view(np.float32) * scale
            beyond = np.int32(sign << 16 | size << 13 | 0x7F800000).view(np.float32)
            place[j] = number if size < 0x7C00 else beyond  # infinity, or no number
