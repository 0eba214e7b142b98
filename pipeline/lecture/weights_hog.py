"""Draws the weights of HOG: in each cell strokes along edges, as long as the weights are large."""

import math
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from features import hog
from pipeline.lecture.block import Block, Told
from pipeline.lecture.montage import wrapped
from pipeline.lecture.wishes import NAMED
from pipeline.tables.picture import BLUE, VERMILION

UNIT = "normalised gradient"
STROKES = 30  # drawn for a class and a sign, at most: the strongest
# Of edges, as they are seen: angles grow from right to down, since rows of pixels run down.
DIRECTIONS = ("horizontal", "falling", "vertical", "rising")
CLEAR = 0.15  # how much the strokes of a class line up that a sentence names
SIGNS = {"wanted": (1, BLUE), "unwanted": (-1, VERMILION)}


class Cells(NamedTuple):
    """The cells of one of the HOGs in a block: its grid, bins, and what they are in the image.

    down, across: numbers of cells. side: of one, in pixels. degrees: the width of a bin.
    """

    down: int
    across: int
    bins: int
    side: int
    degrees: float

    @property
    def n(self) -> int:
        return self.down * self.across * self.bins


def grids(block: Block) -> list[Cells]:
    """The cells of each HOG, in the order of their columns."""
    (rows, cols), settings = block.shape, block.settings
    width = 180 / settings["orientations"]
    return [
        Cells(rows // side, cols // side, half_turns * settings["orientations"], side, width)
        for side, half_turns in hog.parts(settings["pixels_per_cell"], settings["directions"])
    ]


def names(block: Block) -> list[str]:
    """Names of the weights, cells row by row; a gradient's direction is the middle of its bin."""
    several = len(hog.parts(block.settings["pixels_per_cell"], "unsigned")) > 1
    return [
        f"cell {row} {col}{f' of {grid.side} pixels' if several else ''} "
        f"gradient {(bin + 0.5) * grid.degrees:g} degrees{said(block, grid)}"
        for grid in grids(block)
        for row, col, bin in np.ndindex(grid.down, grid.across, grid.bins)
    ]


def said(block: Block, grid: Cells) -> str:
    """Where a block has signed and unsigned directions, which of them is meant."""
    if block.settings["directions"] != "both":
        return ""
    return " signed" if grid.bins > block.settings["orientations"] else " unsigned"


def gather(W: np.ndarray, block: Block) -> np.ndarray:
    """Sum up the weights of each cell: (d, C) become (down * across * bins, C) of each HOG.

    A cell has weights in several blocks of cells, because blocks overlap.
    """
    found, start, side = [], 0, block.settings["cells_per_block"]
    for grid in grids(block):
        shape = (grid.down - side + 1, grid.across - side + 1, side, side, grid.bins)
        end = start + math.prod(shape)
        blocks = W[start:end].reshape(*shape, -1)
        total = np.zeros((grid.down, grid.across, grid.bins, W.shape[1]))
        for row, col in np.ndindex(side, side):
            total[row : row + shape[0], col : col + shape[1]] += blocks[:, :, row, col]
        found.append(total.reshape(-1, W.shape[1]))
        start = end
    return np.concatenate(found)


def draw(weights: dict[str, np.ndarray], block: Block, told: Told) -> Figure:
    """Two rows for each classifier, what is wanted and what not; a column for each class."""
    classes = told.classes
    rows = [(name, sign) for name in weights for sign in SIGNS]
    figure = Figure(figsize=(0.6 + 1.0 * len(classes), 0.5 + 1.0 * len(rows)))
    figure.set_layout_engine("constrained", hspace=0.02, wspace=0.02)
    every = figure.subplots(len(rows), len(classes), squeeze=False)
    for i, (classifier, sign) in enumerate(rows):
        for axes, name, column in zip(every[i], classes, weights[classifier].T, strict=True):
            draw_class(axes, column, sign, block)
            if i == 0:
                axes.set_title(wrapped(name), fontsize=8)
        every[i, 0].set_ylabel(f"{classifier}\n{told.text(sign)}", fontsize=9)
    return figure


def draw_class(axes: Axes, weights: np.ndarray, name: str, block: Block) -> None:
    """Draw the strongest weights of a sign as strokes along the edges.

    An edge runs across its gradient. name: a key of SIGNS.
    """
    sign, color = SIGNS[name]
    index = drawn(weights, sign)
    row, col, angle, side = places(block)[:, index]
    half = 0.48 * side * np.abs(weights[index]) / max(np.abs(weights).max(), 1e-12)
    x, y = -np.sin(angle) * half, np.cos(angle) * half
    gap = np.full(len(index), np.nan)  # where one stroke ends and the next begins
    ends = np.array([[col - x, col + x, gap], [row - y, row + y, gap]])
    axes.plot(*ends.transpose(0, 2, 1).reshape(2, -1), color=color, linewidth=1.4)
    first = grids(block)[0]
    edge = 0.05 * first.side
    axes.set(xlim=(-edge, first.across * first.side + edge), aspect="equal")
    axes.set(ylim=(first.down * first.side + edge, -edge))
    axes.set(xticks=[], yticks=[], facecolor="0.96")
    axes.spines[:].set_visible(False)


def describe(classifier: str, W: np.ndarray, block: Block, told: Told) -> str:
    """The classes whose wanted strokes line up most, and in which directions they lie."""
    angle = places(block)[2] + math.pi / 2  # an edge runs across its gradient
    found = []
    for name, column in zip(told.classes, W.T, strict=True):
        index = drawn(column, 1)
        strength, direction = lined_up(angle[index], column[index])
        found.append((strength, told.text("wish", direction=told.text(direction), name=name)))
    clear = sorted((each for each in found if each[0] >= CLEAR), reverse=True)[:NAMED]
    if not clear:
        return told.text("even", classifier=classifier)
    wishes = told.text.listed([wish for _, wish in clear])
    return told.text("said", classifier=classifier, wishes=wishes)


def lined_up(angle: np.ndarray, length: np.ndarray) -> tuple[float, str]:
    """How much strokes line up, 0 to 1, and the key of the directions they lie in.

    angle: of each, in radians, from right to down. Strokes have no ends that differ: twice their
    angle goes around once. Four times the angle is the same for those that lie and those that
    stand, and the opposite for slanting ones. Source: Mardia, Statistics of Directional Data,
    1972.
    """
    one, two = (
        complex(np.sum(length * np.exp(times * 1j * angle)) / max(length.sum(), 1e-12))
        for times in (2, 4)
    )
    if abs(two.real) > abs(one):
        return abs(two.real), "directions.upright" if two.real > 0 else "directions.slanting"
    eighth = round(np.angle(one) / (math.pi / 2)) % 4
    return abs(one), f"directions.{DIRECTIONS[eighth]}"


def drawn(weights: np.ndarray, sign: int) -> np.ndarray:
    """Which of the weights (m,) of a class are drawn: the strongest of the sign."""
    index = np.argsort(-sign * weights, kind="stable")[:STROKES]
    return index[sign * weights[index] > 0]


def places(block: Block) -> np.ndarray:
    """Of each weight that is drawn, float (4, m): the middle of its cell, in pixels down and
    across, the direction of its gradient in radians, and the side of its cell."""
    found = []
    for grid in grids(block):
        row, col, bin = np.indices((grid.down, grid.across, grid.bins)).reshape(3, -1)
        angle = np.radians((bin + 0.5) * grid.degrees)
        middle = (row + 0.5) * grid.side, (col + 0.5) * grid.side
        found.append(np.array([*middle, angle, np.full(grid.n, grid.side)]))
    return np.concatenate(found, axis=1)
