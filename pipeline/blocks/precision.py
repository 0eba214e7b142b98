"""Half precision: numbers as they are stored, and made single again, as arithmetic wants them.

Half precision, 11 bits, is more than the features' own noise, and takes half the disk.
"""

import numpy as np
from numba import njit

from features.errors import BadInput
from features.parallel import Map, slices

SLICE = 64  # rows that a thread takes on at once


LARGE = 128 * 128  # pixels; sums over those of larger images may be more than half precision holds


def stored_type(rule: dict, settings: dict, rows: int, cols: int) -> type:
    """The type that a feature's numbers go to the disk in, for images of so many rows and cols.

    rule: `stored` of the feature's YAML.
    """
    excepted = any(settings[key] in values for key, values in rule.get("unless", {}).items())
    large = rows * cols > LARGE
    return np.float32 if excepted or large or rule["type"] == "float32" else np.float16


def narrow(features: np.ndarray, kind: type, advice: str) -> np.ndarray:
    """Features float32 (n, d) as numbers of a kind. BadInput, with advice, for those too large."""
    largest = np.finfo(kind).max
    extreme = max(features.max(), features.min(), key=abs)
    if abs(extreme) > largest:
        raise BadInput(
            f"a feature is {extreme:.0f}, more than the {largest:.0f} that half precision "
            f"holds: {advice}"
        )
    return features.astype(kind, copy=False)


def widen(rows: np.ndarray, index: np.ndarray, map_: Map = map) -> np.ndarray:
    """rows[index] of float16 or float32 (n, d), as float32 (m, d)."""
    if rows.dtype != np.float16:
        return rows[index]
    out = np.empty((len(index), rows.shape[1]), np.float32)
    bits = rows.view(np.uint16)
    list(map_(lambda part: _widen(bits, index[part], out[part]), slices(len(index), SLICE)))
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
