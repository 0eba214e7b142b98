"""Part 11: what features look for in an image: designed by hand, or learned from images."""

from importlib import import_module
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.block import Block
from pipeline.lecture.chart import Part
from pipeline.lecture.looks import ORIENTED, coherence, color_share
from pipeline.lecture.montage import as_text, show
from pipeline.runtime import stage
from pipeline.runtime.store import ArrayFile, read_arrays
from pipeline.runtime.texts import Texts

SHOWN = 64  # pictures of a block, at most
PIXELS = 12  # the side of a small picture is enlarged to at least this
COLUMNS = ("block", "feature", "knows", "picture", "coherence", "color_share")


def filters(
    blocks: list, images: Path, texts: Path, table: Path, picture: Path, sentence: Path
) -> None:
    """Draw what each block looks for, and measure how many of the pictures are oriented edges.

    blocks: of each name, feature, settings, knows, and the file of its state ("" for none). The
    module filters_<feature> makes their pictures.
    """
    text = Texts(texts, "filters")
    rows, cols = ArrayFile(images).shape[1:3]
    drawn: dict[str, np.ndarray] = {}
    records: list[tuple] = []
    counts: list[str] = []
    shares: list[str] = []
    for each in blocks:
        state = read_arrays(Path(each["state"])) if each["state"] else {}
        drawer = import_module(f"pipeline.lecture.filters_{each['feature']}")
        pictures = drawer.pictures(Block(each["settings"], (rows, cols), state))
        found = [(coherence(one), color_share(one)) for one in pictures]
        known = each["name"], each["feature"], each["knows"]
        records += [(*known, place, *numbers) for place, numbers in enumerate(found)]
        how = text(f"how.{each['knows']}")
        drawn[f"{each['name'].replace('_', ' ')}:\n{how}"] = pictures[:SHOWN]
        what = Texts(texts, f"filters_{each['feature']}")("what")
        n, color = sum(oriented >= ORIENTED for oriented, _ in found), np.mean(found, axis=0)[1]
        of = {"what": what, "name": each["name"], "how": how}
        counts.append(text("count", n=n, of=len(found), **of))
        shares.append(text("share", share=100 * color, name=each["name"]))
    said = text("said", counts=text.listed(counts))
    said += " " + text("color", shares=text.listed(shares))
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(drawn), said)


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
