"""What the modules sees_<feature> show of a feature: small pictures of a few kinds.

A module sees_<feature> has

    seen(values float32 (d,), image uint8 (rows, cols, 3), block) -> Picture    of features
    wanted(weights float64 (m,), block)                           -> Picture    of weights
    DRAWER    the module `lecture.weights_<feature>`, which says what a weight is

values are as they are given to classifiers before standardising; weights as DRAWER.gather returns
them, a column of it. What the pictures show is said in the texts, under sees.features.<feature>.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pipeline.report import thumbnails

STROKES = 400  # of a picture, at most: the longest
BARS = 8
VIEW = 100  # the side of a picture of strokes, in its own units


class Picture(NamedTuple):
    """kind: image (uri, a data URI), strokes (by sign, the `d` of a path), or bars (of each its
    colour, length 0..1, and sign)."""

    kind: str
    uri: str = ""
    strokes: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default, never written to
    bars: list[tuple[str, float, str]] = []  # noqa: RUF012


def colors(picture: np.ndarray) -> Picture:
    """Colours of 0..1 (rows, cols, 3), pixel by pixel."""
    return Picture("image", uri=thumbnails.of_colors(picture))


def mosaic(pictures: np.ndarray, across: int) -> Picture:
    """Pictures (m, rows, cols, 3), colours of 0..1, side by side, `across` of them in a row."""
    return Picture("image", uri=thumbnails.of_mosaic(pictures, across))


def strokes(by_sign: dict[str, np.ndarray], rows: float, cols: float) -> Picture:
    """Lines (m, 4) from x, y to x, y in pixels of an image (rows, cols), the strongest first."""
    unit = VIEW / max(rows, cols)
    paths = {sign: lines(ends[:STROKES] * unit) for sign, ends in by_sign.items()}
    return Picture("strokes", strokes=paths)


def lines(ends: np.ndarray) -> str:
    return "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for a, b, c, d in ends)


def bars(fill: np.ndarray, lengths: np.ndarray, of: Iterable[int]) -> Picture:
    """Bars of colours (m, 3) and lengths (m,), those numbered `of`; the longest gets length 1."""
    longest = max(float(np.abs(lengths).max()), 1e-12)
    found = []
    for i in of:
        red, green, blue = np.round(255 * fill[i]).astype(int)
        share = round(float(abs(lengths[i])) / longest, 3)
        sign = "more" if lengths[i] >= 0 else "less"
        found.append((f"#{red:02x}{green:02x}{blue:02x}", share, sign))
    return Picture("bars", bars=found)
