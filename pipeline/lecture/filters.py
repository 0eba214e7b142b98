"""Part 11: what features look for in an image: designed by hand, or learned from images."""

from importlib import import_module
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.block import Block
from pipeline.lecture.chart import Part
from pipeline.lecture.montage import as_text, show
from pipeline.runtime import stage
from pipeline.runtime.store import ArrayFile, read_arrays

SHOWN = 64  # pictures of a block, at most
PIXELS = 12  # the side of a small picture is enlarged to at least this
ORIENTED = 0.5  # coherence from which on a picture counts as an oriented edge
HOW = {  # what a feature knows, in the words of its YAML, as the panels and sentences have it
    "nothing": "as it is",
    "hand-made": "designed by hand",
    "unlabelled images": "found without labels",
    "labels of these images": "learned with labels",
    "another data set": "learned on another data set",
}
COLUMNS = ("block", "feature", "knows", "picture", "coherence", "color_share")


def filters(blocks: list, images: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Draw what each block looks for, and measure how many of the pictures are oriented edges.

    blocks: of each name, feature, settings, knows, and the file of its state ("" for none). The
    module filters_<feature> makes their pictures; its WHAT says what each belongs to.
    """
    rows, cols = ArrayFile(images).shape[1:3]
    drawn: dict[str, np.ndarray] = {}
    records: list[tuple] = []
    said = []
    for each in blocks:
        state = read_arrays(Path(each["state"])) if each["state"] else {}
        drawer = import_module(f"pipeline.lecture.filters_{each['feature']}")
        pictures = drawer.pictures(Block(each["settings"], (rows, cols), state))
        found = [(coherence(one), color_share(one)) for one in pictures]
        known = each["name"], each["feature"], each["knows"]
        records += [(*known, place, *numbers) for place, numbers in enumerate(found)]
        n, how = sum(oriented >= ORIENTED for oriented, _ in found), HOW[each["knows"]]
        drawn[f"{each['name'].replace('_', ' ')}:\n{how}"] = pictures[:SHOWN]
        said.append(f"{n} of {len(found)} {drawer.WHAT} of {each['name']} ({how})")
    Part(table, picture, sentence).write(
        COLUMNS, records, lambda: draw(drawn), f"Oriented edges are {', '.join(said)}."
    )


def coherence(picture: np.ndarray) -> float:
    """How much the brightness of a picture (rows, cols, 3) changes in one direction only, 0 to 1.

    1 for a straight edge or stripes, 0 for a spot or an even picture: the difference of the
    structure tensor's eigenvalues over their sum. Source: Bigun and Granlund, Optimal Orientation
    Detection of Linear Symmetry, 1987.
    """
    if min(picture.shape[:2]) < 2:
        return 0.0
    down, across = np.gradient(picture.mean(axis=2))
    a, b, c = (down**2).sum(), (down * across).sum(), (across**2).sum()
    return float(np.hypot(a - c, 2 * b) / (a + c)) if a + c > 1e-12 else 0.0


def color_share(picture: np.ndarray) -> float:
    """The share of a picture's squared distance from its mean that is colour, not brightness."""
    differences = picture - picture.mean(axis=(0, 1, 2))
    whole = float(np.square(differences).sum())
    grey = 3 * float(np.square(differences.mean(axis=2)).sum())
    return round(max(0.0, 1 - grey / whole), 6) if whole > 1e-12 else 0.0


def draw(drawn: dict[str, np.ndarray]) -> Figure:
    """A square of pictures for each block. drawn: by title, 0..1, (m, rows, cols, 3)."""
    panels = {as_text(title): square(pictures) for title, pictures in drawn.items()}
    return show(panels, [], 0.2 + 2.7 * len(panels), 3.3)


def square(pictures: np.ndarray) -> np.ndarray:
    """Pictures (m, rows, cols, 3) in a square (down, across, ...), enlarged; white fills it."""
    times = -(-PIXELS // min(pictures.shape[1:3]))
    large = pictures.repeat(times, axis=1).repeat(times, axis=2)
    across = int(np.ceil(np.sqrt(len(large))))
    down = -(-len(large) // across)
    filled = np.ones((down * across, *large.shape[1:]))
    filled[: len(large)] = large
    return filled.reshape(down, across, *large.shape[1:])


if __name__ == "__main__":
    stage.main(filters)
