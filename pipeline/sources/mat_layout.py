"""How images lie in the arrays of MATLAB files: as in SVHN, as in STL-10, or one by one."""

import math

import numpy as np

from features.errors import BadInput


def images_first(where: str, pixels: np.ndarray, n: int) -> np.ndarray:
    """The same array with one image after the other, if it is in a form that is known.

    n: how many labels there are. SVHN's form is (rows, cols, 3, n), also without the 3. STL-10's
    is a row for each image, (n, 3 * side * side), in which each channel lies column by column.
    Raises BadInput where two of these fit.
    """
    shape = pixels.shape
    if is_unclear(shape, n):
        raise BadInput(
            f"{where}: of shape {shape}, the first or the last number may count the {n} "
            "images: save them as .npz, where the first does"
        )
    if pixels.ndim == 4 and shape[2] in (1, 3) and shape[3] == n:
        return pixels.transpose(3, 0, 1, 2)
    if pixels.ndim == 3 and shape[2] == n:
        return pixels.transpose(2, 0, 1)
    side = math.isqrt(shape[1] // 3) if pixels.ndim == 2 else 0
    if side and shape == (n, 3 * side * side):
        return pixels.reshape(n, 3, side, side).transpose(0, 3, 2, 1)
    return pixels


def is_unclear(shape: tuple[int, ...], n: int) -> bool:
    """Whether n images may lie one by one as well as in SVHN's form."""
    if len(shape) == 3:
        return shape[0] == shape[2] == n
    return len(shape) == 4 and shape[0] == shape[3] == n == 3 and shape[2] in (1, 3)
