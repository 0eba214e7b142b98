"""Draws the weights of a bag of words: the patches that a class wants most and least."""

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.block import Block, Told
from pipeline.lecture.looks import ORIENTED, coherence, color_share
from pipeline.lecture.montage import around_grey, show
from pipeline.lecture.wishes import contested

# Not per share of the patches: words that hardly ever occur would then have the largest weights.
UNIT = "standard deviation"
SHOWN = 8  # most wanted words, and as many least wanted


def names(block: Block) -> list[str]:
    """A name for each word; with soft_threshold also for its negative, which counts separately."""
    n = len(block.state["words"])
    opposites = [f"word {word} negated" for word in range(n)]
    return [f"word {word}" for word in range(n)] + (opposites if signed(block) else [])


def signed(block: Block) -> bool:
    """Whether the encoding has one number for a word and another one for its negative."""
    return block.settings["encoding"] == "soft_threshold"


def gather(W: np.ndarray, block: Block) -> np.ndarray:
    """Weights (grid * grid * width, C), summed over the regions of an image: (width, C)."""
    return W.reshape(block.settings["grid"] ** 2, -1, W.shape[1]).sum(axis=0)


def pixels(block: Block) -> np.ndarray:
    """Words as patches (width, size, size, 3), as differences from the average patch.

    Whitening is undone.
    """
    words, size = block.state["words"].astype(np.float64), int(block.state["patch_size"])
    if "whitening_matrix" in block.state:
        words = words @ np.linalg.pinv(block.state["whitening_matrix"].astype(np.float64))
    words = np.concatenate([words, -words]) if signed(block) else words
    return words.reshape(len(words), size, size, 3)


def ordered(W: np.ndarray) -> np.ndarray:
    """The words of each class, the most wanted first: int (C, width). W: (width, C)."""
    return np.argsort(-W, axis=0, kind="stable").T


def draw(weights: dict[str, np.ndarray], block: Block, told: Told) -> Figure:
    """Panels for the most and the least wanted words of each classifier, a row for each class."""
    patches = around_grey(pixels(block))
    panels = {}
    for classifier, W in weights.items():
        order, shown = ordered(W), min(SHOWN, len(W))
        panels[told.text("most", classifier=classifier)] = patches[order[:, :shown]]
        panels[told.text("least", classifier=classifier)] = patches[order[:, ::-1][:, :shown]]
    return show(panels, told.classes, 1.5 + 2.5 * len(panels), 0.5 + 0.31 * len(told.classes))


def describe(classifier: str, W: np.ndarray, block: Block, told: Told) -> str:
    """Which classes want edges, and which colours, among the words that are drawn."""
    patches, wanted = around_grey(pixels(block)), ordered(W)[:, : min(SHOWN, len(W))]
    edges = np.array([sum(coherence(patches[i]) >= ORIENTED for i in row) for row in wanted])
    color = np.array([np.mean([color_share(patches[i]) for i in row]) for row in wanted])
    most, least, colorful = int(edges.argmax()), int(edges.argmin()), int(color.argmax())
    said = told.text(
        "said",
        classifier=classifier,
        n=wanted.shape[1],
        most=told.classes[most],
        many=edges[most],
        least=told.classes[least],
        few=edges[least],
        colorful=told.classes[colorful],
        share=100 * color[colorful],
    )
    return f"{said} {contested(classifier, W, told.text)}"
