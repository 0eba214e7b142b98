"""Draws the weights of a colour histogram: the colours a class wants most and least, as bars."""

import numpy as np
from matplotlib.colors import hsv_to_rgb
from matplotlib.figure import Figure

from pipeline.lecture.block import Block, Told
from pipeline.lecture.color_names import color_name
from pipeline.lecture.montage import wrapped
from pipeline.lecture.wishes import contested, strongest

# Not per share of the pixels: colours that hardly ever occur would then have the largest weights.
UNIT = "standard deviation"
SHOWN = 4  # most wanted colours, and as many least wanted


def colors(block: Block) -> np.ndarray:
    """The colour in the middle of each bin, RGB of 0..1, (bins**3, 3)."""
    bins = block.settings["bins"]
    middle = (np.stack(np.unravel_index(np.arange(bins**3), (bins,) * 3), axis=1) + 0.5) / bins
    return hsv_to_rgb(middle) if block.settings["space"] == "hsv" else middle


def names(block: Block) -> list[str]:
    return ["rgb " + " ".join(f"{255 * v:.0f}" for v in color) for color in colors(block)]


def gather(W: np.ndarray, block: Block) -> np.ndarray:
    """Weights (grid * grid * bins**3, C), summed over the regions of an image: (bins**3, C)."""
    return W.reshape(block.settings["grid"] ** 2, -1, W.shape[1]).sum(axis=0)


def draw(weights: dict[str, np.ndarray], block: Block, told: Told) -> Figure:
    """A row for each classifier, a column for each class; bars with the most wanted on top."""
    classes = told.classes
    shown, fill = min(SHOWN, len(colors(block)) // 2), colors(block)
    figure = Figure(figsize=(0.8 + 1.1 * len(classes), 0.6 + 1.7 * len(weights)))
    figure.set_layout_engine("constrained")
    every = figure.subplots(len(weights), len(classes), squeeze=False, sharex="row")
    for i, (classifier, W) in enumerate(weights.items()):
        for axes, name, column in zip(every[i], classes, W.T, strict=True):
            order = np.argsort(-column, kind="stable")
            index = np.concatenate([order[:shown], order[len(order) - shown :]])
            y = np.arange(len(index)) + 0.5 * (np.arange(len(index)) >= shown)
            axes.barh(y, column[index], 0.9, color=fill[index], edgecolor="0.3", linewidth=0.5)
            axes.axvline(0, color="0.3", linewidth=0.8)
            axes.invert_yaxis()
            axes.set_yticks([])
            axes.spines[:].set_visible(False)
            axes.tick_params(labelsize=8)
            axes.locator_params(axis="x", nbins=3)
            if i == 0:
                axes.set_title(wrapped(name), fontsize=8)
        every[i, 0].set_ylabel(classifier)
    figure.supxlabel(told.text("per"), fontsize=9)
    return figure


def describe(classifier: str, W: np.ndarray, block: Block, told: Told) -> str:
    """Which colours the classes with the largest weights want."""
    every = colors(block)
    wishes = [
        told.text("wish", color=color_name(every[i], told.colors), name=told.classes[j])
        for i, j in strongest(W)
    ]
    said = told.text("said", classifier=classifier, wishes=told.text.listed(wishes))
    return f"{said} {contested(classifier, W, told.text)}"
