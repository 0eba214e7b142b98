"""Draws the weights of raw pixels: for each class a template of the colours that it wants."""

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey, show, wrapped

UNIT = "full brightness"  # what a weight is per
WHAT = "pixel"


def names(block: Block) -> list[str]:
    rows, cols = block.shape
    return [
        f"row {row} col {col} {channel}"
        for row in range(rows)
        for col in range(cols)
        for channel in ("red", "green", "blue")
    ]


def gather(W: np.ndarray, block: Block) -> np.ndarray:
    """Weights (d, C) as they are: there is one for each name already."""
    return W


def draw(weights: dict[str, np.ndarray], classes: list[str], block: Block) -> Figure:
    """A row of templates for each classifier, a column for each class; grey is 0."""
    panels = {}
    for place, name in enumerate(classes):
        both = [W[:, place].reshape(*block.shape, 3) for W in weights.values()]
        panels[wrapped(name)] = around_grey(np.array(both)[:, None])
    width = 0.6 + 1.1 * len(classes)
    return show(panels, list(weights), width, 0.5 + 1.1 * len(weights))
