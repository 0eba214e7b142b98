"""What HOG sees: in each cell, how strong the edges of each direction are."""

import numpy as np

from pipeline.lecture import weights_hog
from pipeline.lecture.block import Block
from pipeline.report.glimpse import Picture, strokes

DRAWER = weights_hog

WEAK = 0.25  # of the longest stroke: shorter ones are left out


def seen(values: np.ndarray, image: np.ndarray, block: Block) -> Picture:
    found = DRAWER.gather(values[:, None].astype(float), block)[:, 0]
    return drawn({"seen": found}, np.abs(found).max(), block)


def wanted(weights: np.ndarray, block: Block) -> Picture:
    """Edges that raise the class's score, and those that lower it."""
    signs = {"more": np.maximum(weights, 0), "less": np.maximum(-weights, 0)}
    return drawn(signs, np.abs(weights).max(), block)


def drawn(by_sign: dict[str, np.ndarray], longest: float, block: Block) -> Picture:
    """Strokes along edges, which run across their gradients, as long as numbers (m,) are large."""
    places = DRAWER.places(block)
    lines = {}
    for sign, numbers in by_sign.items():
        shares = numbers / max(float(longest), 1e-12)
        order = np.argsort(-shares, kind="stable")
        order = order[shares[order] > WEAK]
        row, col, angle, side = places[:, order]
        half = 0.48 * side * shares[order]
        x, y = -np.sin(angle) * half, np.cos(angle) * half
        lines[sign] = np.stack([col - x, row - y, col + x, row + y], axis=1)
    return strokes(lines, *block.shape)
