"""Small pictures side by side in one image, a row for each class."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

GAP = 1  # pixels between pictures
WHITE = 1.0
WIDTH = 13  # letters beside each other above a picture
LEVELS = 63  # of a channel, above 0: fewer than the eye tells apart, and a smaller file


def around_grey(pictures: np.ndarray) -> np.ndarray:
    """Pictures (..., rows, cols, 3) of signed numbers to 0..1: 0 is grey, the strongest 0 or 1."""
    strongest = np.abs(pictures).max(axis=(-3, -2, -1), keepdims=True)
    return np.round((0.5 + 0.5 * pictures / np.maximum(strongest, 1e-12)) * LEVELS) / LEVELS


def wrapped(name: str) -> str:
    """The name of a class on lines that fit above a small picture."""
    words = name.replace("_", " ").split()
    fitting = [word if len(word) <= WIDTH else f"{word[:11]}- {word[11:]}" for word in words]
    return "\n".join(textwrap.wrap(" ".join(fitting), WIDTH, break_on_hyphens=False))


def tile(pictures: np.ndarray) -> np.ndarray:
    """Pictures (down, across, rows, cols, 3) as one image (height, width, 3)."""
    down, across, rows, cols, _ = pictures.shape
    image = np.full((down * (rows + GAP) - GAP, across * (cols + GAP) - GAP, 3), WHITE)
    for i in range(down):
        for j in range(across):
            top, left = i * (rows + GAP), j * (cols + GAP)
            image[top : top + rows, left : left + cols] = pictures[i, j]
    return image


def show(
    panels: dict[str, np.ndarray], names: Sequence[str], width: float, height: float
) -> Figure:
    """Panels of pictures (down, across, rows, cols, 3), titled; names beside the first's rows."""
    figure = Figure(figsize=(width, height), layout="constrained")
    every = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, pictures) in zip(every, panels.items(), strict=True):
        # Pixels as they are: whoever looks at the file scales them.
        axes.imshow(tile(pictures), interpolation="none", vmin=0, vmax=1)
        rows = pictures.shape[2]
        axes.set_xticks([])
        places = (rows + GAP) * np.arange(len(names)) + (rows - 1) / 2
        axes.set_yticks(places, names if axes is every[0] else [""] * len(names))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(title, fontsize=9)
    return figure
