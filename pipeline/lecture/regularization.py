"""Part 4: regularisation prefers many small weights to few large ones, and limits overfitting."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from scipy.linalg import qr

from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.minimum import RowSpace
from pipeline.lecture.problem import Problem, accuracy, read
from pipeline.lecture.two_losses import COLORS, LOSSES
from pipeline.runtime import stage
from pipeline.runtime.texts import Texts

IMAGES = 200  # few, so that there is something to overfit
LAMBDAS = [0.0, *(10.0**power for power in range(-6, 4))]
COLUMNS = (
    *("case", "classifier", "n_images", "l2", "train_loss", "train_accuracy"),
    *("validation_loss", "validation_accuracy", "norm", "largest_share"),
)


def regularization(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Fit both classifiers to few images for every lambda, and compare two W with equal scores."""
    few = read(rows).first(IMAGES).exact()
    records = [*sweep(few), *equal_scores(few)]
    text = Texts(texts, "regularization")
    said = describe(few.X.shape[1], records, text)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def describe(d: int, records: list[tuple], text: Texts) -> str:
    """What regularisation does to softmax: none, the best one, the strongest. d: columns."""
    swept = [record for record in records if record[:2] == ("sweep", "softmax")]
    first, best, last = swept[0], max(swept, key=lambda record: record[7]), swept[-1]
    (peaked,), (spread,) = ([r for r in records if r[0] == case] for case in ("peaked", "spread"))
    correct = {"train": 100 * first[5], "validation": 100 * first[7]}
    said = text("said", n=first[2], d=d, **correct) + " "
    if best[7] > first[7]:
        said += text("better", validation=100 * best[7], l2=best[3])
    else:
        said += text("best_without")
    if last[5] < first[5]:
        said += " " + text("under", l2=last[3], train=100 * last[5])
    return f"{said} " + text("equal", spread=spread[8], peaked=peaked[8])


def sweep(problem: Problem) -> list[tuple]:
    """A table row for each classifier and lambda, from the smallest lambda to the largest.

    A fit starts from the W and b that were found for the next larger lambda.
    """
    space = RowSpace(problem.X, problem.y, problem.n_classes)
    records = []
    for classifier in LOSSES:
        found, start = [], None
        for l2 in sorted(LAMBDAS, reverse=True):
            W, b, start = space.minimize(classifier, l2, start)
            found.append(record("sweep", classifier, problem, l2, W, b))
        records += reversed(found)
    return records


def equal_scores(problem: Problem) -> list[tuple]:
    """Table rows of two W with the same scores on every image.

    "peaked" uses few columns, "spread" is the W of smallest norm. There are at most half as many
    images as columns, so that few columns are enough to make the scores.
    """
    few = problem.first(min(len(problem.X), problem.X.shape[1] // 2))
    W, b, _ = RowSpace(few.X, few.y, few.n_classes).minimize("svm", 1e-3)
    _, R, order = qr(few.X, mode="economic", pivoting=True)
    rank = int(np.sum(np.abs(np.diag(R)) > 1e-8 * abs(R[0, 0])))
    columns, scores = order[:rank], few.X @ W
    peaked = np.zeros_like(W)
    peaked[columns] = np.linalg.lstsq(few.X[:, columns], scores, rcond=None)[0]
    spread = np.linalg.lstsq(few.X, scores, rcond=None)[0]
    cases = (("peaked", peaked), ("spread", spread))
    return [record(case, "svm", few, 1e-3, weights, b) for case, weights in cases]


def record(case: str, classifier: str, problem: Problem, l2: float, W, b) -> tuple:
    """A table row (COLUMNS) for weights W and b; losses are without the penalty."""
    numbers: list[float] = []
    for X, y in ((problem.X, problem.y), (problem.X_held_out, problem.y_held_out)):
        scores = X @ W + b
        numbers += [LOSSES[classifier](scores, y)[0].mean(), accuracy(scores, y)]
    norm = float(np.sqrt(np.sum(W**2)))
    return (case, classifier, len(problem.X), l2, *numbers, norm, largest_share(W))


def largest_share(W: np.ndarray) -> float:
    """How much of the squared norm lies in the largest 1 % of the weights."""
    squares = np.sort(np.square(W).ravel())[::-1]
    return float(squares[: max(1, len(squares) // 100)].sum() / max(squares.sum(), 1e-300))


def draw(records: list[tuple], text: Texts) -> Figure:
    figure, axes = panels(2, 2, height=3.2)
    smallest = min(l2 for l2 in LAMBDAS if l2)
    for classifier in LOSSES:
        rows = [row for row in records if row[:2] == ("sweep", classifier)]
        x = [row[3] or smallest / 10 for row in rows]
        for style, split, first in (("--", "training", 4), ("-", "validation", 6)):
            look = {"color": COLORS[classifier], "linestyle": style, "marker": "."}
            name = text("of", classifier=text(classifier), split=text(split))
            axes[0].plot(x, [100 * row[first + 1] for row in rows], label=name, **look)
            axes[1].plot(x, [row[first] for row in rows], label=name, **look)
        look = {"color": COLORS[classifier], "marker": ".", "label": text(classifier)}
        axes[2].plot(x, [row[8] for row in rows], **look)
        axes[3].plot(x, [100 * row[9] for row in rows], **look)
    label(axes[0], "λ", text("accuracy"), text("images", n=records[0][2]))
    label(axes[1], "λ", text("loss"), text("unpenalised"))
    label(axes[2], "λ", text("norm"), text("length"))
    label(axes[3], "λ", text("share"), text("largest"))
    axes[1].set_yscale("symlog", linthresh=0.01)
    axes[2].set_yscale("log")
    ticks = [smallest / 10, *(10.0**power for power in (-6, -4, -2, 0, 2))]
    for each in axes:
        each.set_xscale("log")
        each.set_xticks(ticks, ["0", *(f"$10^{{{power}}}$" for power in (-6, -4, -2, 0, 2))])
        each.minorticks_off()
    axes[0].legend(frameon=False, fontsize=8.5, loc="center left", bbox_to_anchor=(0, 0.68))
    axes[2].legend(frameon=False, fontsize=8.5)
    return figure


if __name__ == "__main__":
    stage.main(regularization)
