"""Colour histogram: how often each colour occurs in an image, or in each region of a grid.

The histogram is joint: the three channels of a pixel together select one bin. Where in its region
a pixel lies does not matter.

Source: Swain and Ballard, Color Indexing, International Journal of Computer Vision 7, 1991.
"""

import numpy as np
from numba import njit

from features.errors import BadInput

SPACES = ("rgb", "hsv")


def extract(
    images: np.ndarray, *, space: str, bins: int, grid: int, square_root: bool
) -> np.ndarray:
    """The joint colour histogram of each region of each image.

    images: uint8 (n, rows, cols, 3). space: "rgb" or "hsv". The image is cut into grid x grid
    regions: from top to bottom, region i covers the rows from i * rows // grid up to
    (i + 1) * rows // grid, and cols likewise, so regions differ by at most one pixel in height
    and width. `bins` is per channel, 1..32: an RGB value v falls into bin v * bins // 256; hue,
    saturation and value, each on 0..1, are cut into bins of equal width, the last of which
    includes 1.

    Returns float32 (n, grid**2 * bins**3): regions row by row, in each the bins with the third
    channel running fastest. The numbers of a region are frequencies and sum to 1. With
    `square_root` they are the square roots of these, which makes distances between histograms
    depend less on the few most frequent colours.

    The features of an image do not depend on the other images.

    Raises BadInput for a setting out of range and for an image with fewer pixels than regions.
    """
    n, rows, cols, _ = images.shape
    _check(rows, cols, space, bins, grid)
    out = np.empty((n, grid, grid, bins**3), np.float32)
    _extract(np.ascontiguousarray(images), space == "hsv", bins, square_root, out)
    return out.reshape(n, grid**2 * bins**3)


def _check(rows: int, cols: int, space: str, bins: int, grid: int) -> None:
    if space not in SPACES:
        raise BadInput(f"color_histogram: space is {space!r}; choose one of {', '.join(SPACES)}")
    if not 1 <= bins <= 32:
        raise BadInput(f"color_histogram: bins is {bins}; give a whole number from 1 to 32")
    if not 1 <= grid <= min(rows, cols):
        raise BadInput(
            f"color_histogram: grid is {grid}; images of {rows}x{cols} pixels can be cut into "
            f"1 to {min(rows, cols)} regions each way"
        )


@njit(cache=True, nogil=True)
def _extract(images, hsv, bins, square_root, out):
    """Fill `out`, float32 (n, grid, grid, bins**3), image by image."""
    n, rows, cols, _ = images.shape
    grid = out.shape[1]
    colors = np.empty((rows, cols), np.uint32)
    counts = np.empty(bins**3, np.uint32)
    for i in range(n):
        if hsv:
            _bin_hsv(images[i].reshape(-1), bins, colors.reshape(-1))
        else:
            _bin_rgb(images[i].reshape(-1), bins, colors.reshape(-1))
        for y in range(grid):
            top, bottom = y * rows // grid, (y + 1) * rows // grid
            for x in range(grid):
                left, right = x * cols // grid, (x + 1) * cols // grid
                _count(colors, top, bottom, left, right, counts)
                _frequencies(counts, (bottom - top) * (right - left), square_root, out[i, y, x])


@njit(cache=True, nogil=True)
def _bin_rgb(interleaved, bins, colors):
    """Fill `colors`, uint32 (n_pixels,), with the joint bin of each pixel.

    interleaved: uint8 (3 * n_pixels,), the red, green and blue of one pixel after the other.
    """
    bins = np.uint32(bins)
    for i in range(len(colors)):
        red = (interleaved[3 * i] * bins) >> np.uint32(8)
        green = (interleaved[3 * i + 1] * bins) >> np.uint32(8)
        blue = (interleaved[3 * i + 2] * bins) >> np.uint32(8)
        colors[i] = (red * bins + green) * bins + blue


@njit(cache=True, nogil=True, error_model="numpy")
def _bin_hsv(interleaved, bins, colors):
    """The same as `_bin_rgb`, with bins of hue, saturation and value.

    Each of the three is a ratio of whole numbers below 2**24, so its quotient in single
    precision is never rounded up to a whole number: the bins are exact.
    """
    one, two, four, six = np.float32(1), np.float32(2), np.float32(4), np.float32(6)
    scale = np.float32(bins)
    for i in range(len(colors)):
        red = np.float32(interleaved[3 * i])
        green = np.float32(interleaved[3 * i + 1])
        blue = np.float32(interleaved[3 * i + 2])
        value = max(red, green, blue)
        chroma = value - min(red, green, blue)
        # Hue in sixths of the colour circle, times chroma: red lies at 0, green at 2, blue at 4.
        from_red = green - blue if green >= blue else green - blue + six * chroma
        from_green = blue - red + two * chroma
        from_blue = red - green + four * chroma
        hue = from_red if value == red else (from_green if value == green else from_blue)
        # Grey has chroma 0, and black also value 0: divided by one instead, they get bin 0.
        hue_bin = _bin(scale * hue / max(six * chroma, one), bins)
        saturation_bin = _bin(scale * chroma / max(value, one), bins)
        colors[i] = (hue_bin * bins + saturation_bin) * bins + _bin(
            scale * value / np.float32(255), bins
        )


@njit(cache=True, nogil=True)
def _bin(position, bins):
    """Round a position on 0..bins down to its bin; `bins` itself belongs to the last one."""
    return min(np.int32(position), np.int32(bins - 1))


@njit(cache=True, nogil=True)
def _count(colors, top, bottom, left, right, counts):
    """Count the pixels of one region that fall in each joint bin."""
    counts[:] = 0
    for y in range(top, bottom):
        for x in range(left, right):
            counts[colors[y, x]] += np.uint32(1)


@njit(cache=True, nogil=True)
def _frequencies(counts, pixels, square_root, out):
    """Fill `out` with the counts divided by the number of pixels, or the square roots of that."""
    for i in range(len(out)):
        out[i] = np.float32(counts[i]) / np.float32(pixels)
    if square_root:
        for i in range(len(out)):
            out[i] = np.sqrt(out[i])
