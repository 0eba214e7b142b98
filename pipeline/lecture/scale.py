"""Part 2: the +1 in the hinge loss does not fix the scale of W; regularisation does.

Where W keeps every margin, so does any larger multiple of it, with the same loss of 0. The penalty
lambda * |W|^2 picks one of them.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from features.errors import BadInput
from pipeline.classifiers.losses import svm
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.minimum import RowSpace
from pipeline.lecture.problem import Problem, margins, read
from pipeline.runtime import stage
from pipeline.runtime.texts import Texts
from pipeline.tables.picture import BLUE, GREEN, ORANGE, VERMILION

IMAGES = 500  # at most: so few are told apart by their raw pixels without a mistake
L2 = 1e-3  # the lambda that W is fitted with, before its scale is changed
CLEAR = 0.5  # images with a smaller margin are left out
SCALES = np.logspace(-1, 1, 81)
COLUMNS = ("l2", "scale", "n_images", "loss", "penalty", "objective", "best")


def scale(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Measure the SVM loss of s * W for many scales s, for weights W that keep every margin."""
    records = measure(read(rows).first(IMAGES).exact())
    best = {record[0]: record[1] for record in records if record[-1]}
    text = Texts(texts, "scale")
    lambdas = text.listed([f"{l2:g}" for l2 in best])
    said = text("said", lambdas=lambdas, scales=text.listed([f"{s:.2g}" for s in best.values()]))
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def measure(problem: Problem) -> list[tuple]:
    """A table row (COLUMNS) for each lambda and scale; with lambda 0 no scale is marked as best.

    At scale 1, and at no smaller one, W keeps the margin of every image, so the loss is 0. Images
    that W does not tell apart well are left out. Raises BadInput where that leaves none.
    """
    W, b, _ = RowSpace(problem.X, problem.y, problem.n_classes).minimize("svm", L2)
    scores = problem.X @ W + b
    margin = margins(scores, problem.y)
    kept = margin >= CLEAR
    if not kept.any():
        raise BadInput(
            f"{problem.representation}: a linear SVM gets no training image with a margin of "
            f"{CLEAR:g}; the lecture needs some"
        )
    W, scores = W / margin[kept].min(), scores / margin[kept].min()
    loss = [svm(scale * scores[kept], problem.y[kept])[0].mean() for scale in SCALES]
    squared = float(np.sum(W**2))
    records = []
    for l2 in lambdas(squared):
        penalty = l2 * squared * SCALES**2
        total = loss + penalty
        best = int(np.argmin(total)) if l2 else -1
        for i, scale in enumerate(SCALES):
            numbers = (loss[i], penalty[i], total[i], i == best)
            records.append((l2, scale, int(kept.sum()), *numbers))
    return records


def lambdas(squared: float) -> list[float]:
    """0, and the powers of ten with which the penalty of W at scale 1 is about 0.1, 1 and 10.

    squared: the squared norm of W.
    """
    top = round(-np.log10(squared))
    return [0.0, *(10.0**power for power in (top - 1, top, top + 1))]


def draw(records: list[tuple], text: Texts) -> Figure:
    figure, (axes,) = panels(1, 1, width=6.4, height=4)
    colors = iter(("0.2", BLUE, ORANGE, GREEN, VERMILION))
    for l2 in dict.fromkeys(record[0] for record in records):
        rows = [record for record in records if record[0] == l2]
        color = next(colors)
        name = text("lambda", value=l2) if l2 else text("none")
        axes.plot([row[1] for row in rows], [row[5] for row in rows], color=color, label=name)
        for row in rows:
            if row[-1]:
                axes.plot(row[1], row[5], "o", color=color)
    axes.set_xscale("log")
    axes.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    axes.minorticks_off()
    axes.set_ylim(-0.1, 1.15 * max(record[3] for record in records))
    axes.axvline(1, color="0.6", linestyle=":", linewidth=1)
    axes.plot([], [], "o", color="0.6", label=text("best"))  # only for the legend
    label(axes, text("x"), text("y"))
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


if __name__ == "__main__":
    stage.main(scale)
