"""Write down what every classifier answered on every image held out."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.images.labels import names_at
from pipeline.images.parts import SEEN, TEST, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.store import format_cell, read_json, whole
from pipeline.tables.held_out import Scored, read_scored, runs

SPLITS = {VALIDATION: "validation", TEST: "test", SEEN: "test_seen"}
COLUMNS = ("predicted", "probability", "score", "margin")
LEVEL = 4  # of the compression: twice as fast as the usual 6, and a tenth larger


def predictions(kept: dict, labels: Path, classes: Path, table: Path) -> None:
    """Write the table, a row for each classifier, trial and image held out, compressed.

    kept: as `kept.kept` describes it. labels, classes: files that `load` wrote.
    """
    key, *trial = dict(kept["values"])
    held_out = set().union(*(image_rows(file) for *_, file in runs(kept)))
    files = {row: line([name]) for row, name in names_at(labels, held_out).items()}
    names = [line([name]) for name in read_json(classes)]
    header = ("image", "split", "class", key, "classifier", *trial, *COLUMNS)
    # Neither name nor time in the file: the same rows are the same bytes.
    with (
        whole(table) as partial,
        open(partial, "wb") as raw,
        gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as packed,
    ):
        packed.write(f"{line(header)}\n".encode())
        for name, values, file in runs(kept):
            for scored in read_scored(file):
                told = line([name, scored.classifier, *values])
                packed.write("".join(rows(scored, files, names, told)).encode())


def image_rows(file: Path) -> list[int]:
    """The rows, among all images, of those that a file has scores of."""
    with np.load(file) as arrays:
        return arrays["image"].tolist()


def rows(scored: Scored, files: dict[int, str], names: list[str], told: str) -> Iterator[str]:
    """The lines of a classifier in a trial; files, names: cells of images and classes; told: the
    cells that say of which it is.
    """
    scores = scored.scores.astype(np.float64)
    best = scores.argmax(axis=1)
    second, first = np.partition(scores, -2, axis=1)[:, -2:].T
    above = np.exp((scores - first[:, None]) / scored.temperature).sum(axis=1)
    of = zip(scored.image.tolist(), scored.part.tolist(), scored.y.tolist(), strict=True)
    found = zip(*(each.tolist() for each in (best, 1 / above, first, first - second)), strict=True)
    for (image, part, y), (guess, probability, score, margin) in zip(of, found, strict=True):
        yield (
            f"{files[image]},{SPLITS[part]},{names[y]},{told},{names[guess]},"
            f"{probability:.7g},{score:.7g},{margin:.7g}\n"
        )


def line(cells: list | tuple) -> str:
    """Cells as a line of the table, or as a part of it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(map(format_cell, cells))
    return text.getvalue()


if __name__ == "__main__":
    stage.main(predictions)
