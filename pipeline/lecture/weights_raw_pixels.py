"""Draws the weights of raw pixels: for each class a template of the colours that it wants."""

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.block import Block, Told
from pipeline.lecture.color_names import tint_name
from pipeline.lecture.looks import smoothness
from pipeline.lecture.montage import around_grey, show, wrapped

UNIT = "full brightness"  # what a weight is per
STRONG = 98  # percentile of the weights from which on a colour is drawn as strong as can be


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


def draw(weights: dict[str, np.ndarray], block: Block, told: Told) -> Figure:
    """A row of templates for each classifier, a column for each class; grey is 0."""
    panels = {}
    for place, name in enumerate(told.classes):
        both = [W[:, place].reshape(*block.shape, 3) for W in weights.values()]
        panels[wrapped(name)] = around_grey(np.array(both)[:, None], STRONG)
    width = 0.6 + 1.1 * len(told.classes)
    return show(panels, list(weights), width, 0.5 + 1.1 * len(weights))


def describe(classifier: str, W: np.ndarray, block: Block, told: Told) -> str:
    """Whether there are shapes to be seen, and which template has the strongest tint."""
    templates = W.T.reshape(-1, *block.shape, 3)
    correlation = float(np.mean([smoothness(template) for template in templates]))
    smooth = "shapes" if correlation > 0.7 else "some" if correlation > 0.3 else "noise"
    numbers = {"correlation": correlation, "smooth": told.text(f"smooth.{smooth}")}
    said = told.text("said", classifier=classifier, **numbers)
    tints = templates.mean(axis=(1, 2))  # (C, 3)
    largest = np.abs(templates).mean(axis=(1, 2, 3))
    strength = np.ptp(tints, axis=1) / np.maximum(largest, 1e-12)
    strongest = int(strength.argmax())
    if strength[strongest] < 1e-6:  # grey images have no tint
        return said
    color = tint_name(tints[strongest], told.colors)
    return f"{said} " + told.text("tint", name=told.classes[strongest], color=color)
