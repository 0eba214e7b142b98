"""What a colour histogram sees: which colours there are, and how much of each."""

import numpy as np

from pipeline.lecture import weights_color_histogram
from pipeline.lecture.block import Block
from pipeline.report.glimpse import BARS, Picture, bars

DRAWER = weights_color_histogram


def seen(values: np.ndarray, image: np.ndarray, block: Block) -> Picture:
    """The most frequent colours, with the share of the pixels that have them."""
    shares = DRAWER.gather(values[:, None].astype(float), block)[:, 0]
    shares = shares**2 if block.settings["square_root"] else shares
    return bars(DRAWER.colors(block), shares, most(shares, BARS))


def wanted(weights: np.ndarray, block: Block) -> Picture:
    """The colours of largest weight and of smallest."""
    order = np.argsort(-weights, kind="stable")
    half = min(BARS, len(order)) // 2
    return bars(DRAWER.colors(block), weights, [*order[:half], *order[len(order) - half :]])


def most(numbers: np.ndarray, n: int) -> np.ndarray:
    order = np.argsort(-numbers, kind="stable")[:n]
    return order[numbers[order] > 0]
