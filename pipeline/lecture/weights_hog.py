"""Draws the weights of HOG: in each cell strokes along edges, as long as the weights are large."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.lecture.block import Block
from pipeline.lecture.montage import wrapped
from pipeline.tables.picture import BLUE, VERMILION

UNIT = "normalised gradient"
WHAT = "direction"
STROKES = 30  # drawn for a class and a sign, at most: the strongest
SIGNS = {"wanted": (1, BLUE), "unwanted": (-1, VERMILION)}


def cells(block: Block) -> tuple[int, int, int]:
    """The number of cells down, of cells across, and of orientations in a cell."""
    side = block.settings["pixels_per_cell"]
    return block.shape[0] // side, block.shape[1] // side, block.settings["orientations"]


def names(block: Block) -> list[str]:
    """Names of the weights, cells row by row; a gradient's direction is the middle of its bin."""
    down, across, orientations = cells(block)
    width = 180 / orientations
    return [
        f"cell {row} {col} gradient {(bin + 0.5) * width:g} degrees"
        for row in range(down)
        for col in range(across)
        for bin in range(orientations)
    ]


def gather(W: np.ndarray, block: Block) -> np.ndarray:
    """Sum up the weights of each cell: (d, C) become (down * across * orientations, C).

    A cell has weights in several blocks of cells, because blocks overlap.
    """
    down, across, orientations = cells(block)
    side = block.settings["cells_per_block"]
    blocks = W.reshape(down - side + 1, across - side + 1, side, side, orientations, -1)
    total = np.zeros((down, across, orientations, W.shape[1]))
    for row, col in np.ndindex(side, side):
        total[row : row + len(blocks), col : col + blocks.shape[1]] += blocks[:, :, row, col]
    return total.reshape(-1, W.shape[1])


def draw(weights: dict[str, np.ndarray], classes: list[str], block: Block) -> Figure:
    """Two rows for each classifier, what is wanted and what not; a column for each class."""
    rows = [(name, sign) for name in weights for sign in SIGNS]
    figure = Figure(figsize=(0.6 + 1.0 * len(classes), 0.5 + 1.0 * len(rows)))
    figure.set_layout_engine("constrained", hspace=0.02, wspace=0.02)
    every = figure.subplots(len(rows), len(classes), squeeze=False)
    for i, (classifier, sign) in enumerate(rows):
        for axes, name, column in zip(every[i], classes, weights[classifier].T, strict=True):
            draw_class(axes, column, sign, block)
            if i == 0:
                axes.set_title(wrapped(name), fontsize=8)
        every[i, 0].set_ylabel(f"{classifier}\n{sign}", fontsize=9)
    return figure


def draw_class(axes: Axes, weights: np.ndarray, name: str, block: Block) -> None:
    """Draw the strongest weights of a sign as strokes along the edges.

    An edge runs across its gradient. name: a key of SIGNS.
    """
    down, across, orientations = cells(block)
    sign, color = SIGNS[name]
    index = np.argsort(-sign * weights, kind="stable")[:STROKES]
    index = index[sign * weights[index] > 0]
    row, col, bin = np.unravel_index(index, (down, across, orientations))
    angle = np.pi * (bin + 0.5) / orientations
    half = 0.48 * np.abs(weights[index]) / max(np.abs(weights).max(), 1e-12)
    x, y = -np.sin(angle) * half, np.cos(angle) * half
    gap = np.full(len(index), np.nan)  # where one stroke ends and the next begins
    ends = np.array([[col - x, col + x, gap], [row - y, row + y, gap]])
    axes.plot(*ends.transpose(0, 2, 1).reshape(2, -1), color=color, linewidth=1.4)
    axes.set(xlim=(-0.55, across - 0.45), ylim=(down - 0.45, -0.55), aspect="equal")
    axes.set(xticks=[], yticks=[], facecolor="0.96")
    axes.spines[:].set_visible(False)
