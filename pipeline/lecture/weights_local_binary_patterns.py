"""Draws the weights of local binary patterns: a bar for each kind of pattern."""

import numpy as np
from matplotlib.figure import Figure

from features.local_binary_patterns import BINS
from pipeline.lecture.block import Block, Told
from pipeline.lecture.montage import wrapped
from pipeline.lecture.wishes import contested, strongest
from pipeline.tables.picture import BLUE, VERMILION

# Not per share of the pixels: kinds that hardly ever occur would then have the largest weights.
UNIT = "standard deviation"
KINDS = [*map(str, range(BINS - 1)), "other"]  # how many of the eight neighbours are brighter


def names(block: Block) -> list[str]:
    return [f"{kind} neighbours brighter" for kind in KINDS[:-1]] + ["patterns of noise"]


def gather(W: np.ndarray, block: Block) -> np.ndarray:
    """Weights (grid * grid * bins, C), summed over the regions of an image: (bins, C)."""
    return W.reshape(-1, BINS, W.shape[1]).sum(axis=0)


def draw(weights: dict[str, np.ndarray], block: Block, told: Told) -> Figure:
    """A row for each classifier, a column for each class, a bar for each kind of pattern."""
    classes = told.classes
    figure = Figure(figsize=(0.8 + 1.1 * len(classes), 0.8 + 1.3 * len(weights)))
    figure.set_layout_engine("constrained")
    every = figure.subplots(len(weights), len(classes), squeeze=False, sharex=True, sharey="row")
    for i, (classifier, W) in enumerate(weights.items()):
        for axes, name, column in zip(every[i], classes, W.T, strict=True):
            colors = np.where(column > 0, BLUE, VERMILION)
            axes.bar(range(BINS), column, 0.9, color=colors)
            axes.axhline(0, color="0.3", linewidth=0.8)
            axes.set_xticks([0, 4, 9], ["0", "4", "…"])
            axes.spines[:].set_visible(False)
            axes.tick_params(labelsize=8)
            if i == 0:
                axes.set_title(wrapped(name), fontsize=8)
        every[i, 0].set_ylabel(classifier)
    figure.supxlabel(told.text("x"), fontsize=9)
    return figure


def describe(classifier: str, W: np.ndarray, block: Block, told: Told) -> str:
    """Which kinds of patterns the classes with the largest weights want."""
    wishes = []
    for i, j in strongest(W):
        kind = told.text("noise") if i == BINS - 1 else told.text("brighter", n=KINDS[i])
        wishes.append(told.text("wish", kind=kind, name=told.classes[j]))
    said = told.text("said", classifier=classifier, wishes=told.text.listed(wishes))
    return f"{said} {contested(classifier, W, told.text)}"
