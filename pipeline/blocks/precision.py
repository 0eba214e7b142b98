"""Half precision: features are stored as float16, and read back as float32 for arithmetic.

Half precision, of 11 significant bits, is finer than the features' own noise, and takes half the
disk.
"""

import numpy as np
from numba import njit

from features.errors import BadInput
from features.parallel import Map, slices

SLICE = 64  # rows that a thread converts at once


LARGE = 128 * 128  # pixels; in larger images, sums over pixels may be too large for float16


def stored_type(rule: dict, settings: dict, rows: int, cols: int) -> type:
    """The type that a feature is stored in, float16 or float32.

    rule: `stored` of the feature's YAML. rows, cols: the size of the images in pixels.
    """
    excepted = any(settings[key] in values for key, values in rule.get("unless", {}).items())
    large = rows * cols > LARGE
    return np.float32 if excepted or large or rule["type"] == "float32" else np.float16


def narrow(features: np.ndarray, kind: type, advice: str) -> np.ndarray:
    """Features float32 (n, d), converted to the type `kind`.

    Raises BadInput, with the advice in its message, where a number is too large for the type.
    """
    largest = np.finfo(kind).max
    extreme = max(features.max(), features.min(), key=abs)
    if abs(extreme) > largest:
        raise BadInput(
            f"a feature is {extreme:.0f}, more than the {largest:.0f} that half precision "
            f"holds: {advice}"
        )
    return features.astype(kind, copy=False)


def widen(rows: np.ndarray, index: np.ndarray, map_: Map = map) -> np.ndarray:
    """rows[index] as float32 (m, d). rows: float16 or float32 (n, d); index: int (m,).

    map_: the built-in `map`, or that of a pool of threads.
    """
    if rows.dtype != np.float16:
        return rows[index]
    out = np.empty((len(index), rows.shape[1]), np.float32)
    bits = rows.view(np.uint16)
    list(map_(lambda part: _widen(bits, index[part], out[part]), slices(len(index), SLICE)))
    return out


@njit(cache=True, nogil=True)
def _widen(rows, index, out):
    """Convert rows[index] from float16, given as its bits in uint16, to float32, into `out`.

    The bits are shifted to their places in a float32. This leaves the exponent too small by 112,
    which multiplying by 2**112 corrects, for subnormal numbers as well. numpy converts numbers
    one by one, and takes 20 times as long.
    """
    scale = np.float32(2.0**112)
    for i in range(len(index)):
        row, place = rows[index[i]], out[i]
        for j in range(len(row)):
            sign, size = np.int32(row[j] & 0x8000), np.int32(row[j] & 0x7FFF)
            number = np.int32(sign << 16 | size << 13).view(np.float32) * scale
            beyond = np.int32(sign << 16 | size << 13 | 0x7F800000).view(np.float32)
            place[j] = number if size < 0x7C00 else beyond  # infinity or NaN
