"""A montage: small pictures side by side in one image, a row for each class."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

GAP = 1  # pixels between pictures
WHITE = 1.0
WIDTH = 13  # letters in a line above a picture, at most
LEVELS = 63  # brightness steps of a channel: enough for the eye, and few make a smaller file


def around_grey(pictures: np.ndarray, strong: float = 100) -> np.ndarray:
    """Signed numbers as colours of 0..1: pictures (..., rows, cols, 3), in the same shape.

    0 becomes grey, 0.5; a picture's number of largest absolute value becomes 0 or 1. strong: the
    percentile of absolute values from which on numbers do, so that a few do not set the range.
    """
    sizes, every = np.abs(pictures), (-3, -2, -1)
    strongest = np.percentile(sizes, strong, axis=every, keepdims=True)
    strongest = np.where(strongest > 0, strongest, sizes.max(axis=every, keepdims=True))
    shares = np.clip(pictures / np.maximum(strongest, 1e-12), -1, 1)
    return np.round((0.5 + 0.5 * shares) * LEVELS) / LEVELS


def wrapped(name: str) -> str:
    """The name of a class, broken into lines that fit above a small picture."""
    words = name.replace("_", " ").split()
    fitting = [word if len(word) <= WIDTH else f"{word[:11]}- {word[11:]}" for word in words]
    return as_text("\n".join(textwrap.wrap(" ".join(fitting), WIDTH, break_on_hyphens=False)))


def as_text(name: str) -> str:
    """A name that pictures show as it is: two dollars in it would make a formula."""
    return name.replace("$", r"\$")


def tile(pictures: np.ndarray) -> np.ndarray:
    """Pictures (down, across, rows, cols, 3) as one image (height, width, 3), with white gaps."""
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
    """A figure with panels side by side, each with its title above it.

    panels: by title, pictures (down, across, rows, cols, 3). names: of the rows of pictures, shown
    beside the first panel. width, height: of the figure, in inches.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    every = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, pictures) in zip(every, panels.items(), strict=True):
        # Pixels are saved as they are; the program that shows the file scales them.
        axes.imshow(tile(pictures), interpolation="none", vmin=0, vmax=1)
        rows = pictures.shape[2]
        axes.set_xticks([])
        places = (rows + GAP) * np.arange(len(names)) + (rows - 1) / 2
        axes.set_yticks(
            places, list(map(as_text, names)) if axes is every[0] else [""] * len(names)
        )
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(title, fontsize=9)
    return figure
