"""Part 3: the hinge loss is flat beyond the margin; the softmax loss falls for ever."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from features.errors import BadInput
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.minimum import RowSpace
from pipeline.lecture.problem import Problem, margins, read
from pipeline.lecture.two_losses import COLORS, LOSSES
from pipeline.runtime import stage
from pipeline.runtime.texts import Texts

IMAGES = 500
L2 = 1e-3  # the lambda that the weights which give the scores are fitted with
MOVES = np.array([-0.5, -0.2, -0.1, -0.05, -0.01, 0.01, 0.05, 0.1, 0.2, 0.5])
MARGINS = np.linspace(-3, 6, 91)
COLUMNS = (
    *("curve", "classifier", "x", "n_images", "loss"),
    *("smallest_change", "mean_change", "largest_change"),
)


def score_moves(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Move the correct class's score, by small steps and to every margin; measure the losses."""
    records = measure(read(rows).first(IMAGES).exact())
    text = Texts(texts, "score_moves")
    said = describe(records, text)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def describe(records: list[tuple], text: Texts) -> str:
    """What of the softmax loss is left at the largest margin, and what small moves change."""
    moved = [record for record in records if record[0] == "move"]
    _, _, margin, _, rest, *_ = [row for row in records if row[:2] == ("margin", "softmax")][-1]
    return text(
        "said",
        margin=margin,
        rest=rest,
        n=moved[0][3],
        most=MOVES.max(),
        svm=max(record[7] for record in moved if record[1] == "svm"),
        softmax=min(record[5] for record in moved if record[1] == "softmax"),
    )


def measure(problem: Problem) -> list[tuple]:
    """Table rows (COLUMNS): both losses of the same scores; the weights are fitted by softmax.

    curve "move": x is added to the correct class's score, of images with so large a margin that
    it stays at least 1; changes of the loss are absolute, over images. curve "margin": the correct
    class's score of every image is set to x above the best other one. Raises BadInput where no
    image has so large a margin.
    """
    W, b, _ = RowSpace(problem.X, problem.y, problem.n_classes).minimize("softmax", L2)
    scores, y = problem.X @ W + b, problem.y
    margin = margins(scores, y)
    well = margin >= 1 + MOVES.max() + 1e-9
    if not well.any():
        raise BadInput(
            f"{problem.representation}: a linear classifier gets no training image with a margin "
            f"of {1 + MOVES.max():g}; the lecture needs some"
        )
    records: list[tuple] = []
    for classifier, loss in LOSSES.items():
        before = loss(scores[well], y[well])[0]
        for move in MOVES:
            after = loss(moved(scores[well], y[well], move), y[well])[0]
            change = np.abs(after - before)
            numbers = (after.mean(), change.min(), change.mean(), change.max())
            records.append(("move", classifier, move, int(well.sum()), *numbers))
        for x in MARGINS:
            at = loss(moved(scores, y, x - margin), y)[0].mean()
            records.append(("margin", classifier, x, len(y), at, "", "", ""))
    return records


def moved(scores: np.ndarray, y: np.ndarray, by) -> np.ndarray:
    """Scores (n, C) with `by`, a number or one for each image, added to the correct class's."""
    result = scores.copy()
    result[np.arange(len(y)), y] += by
    return result


def draw(records: list[tuple], text: Texts) -> Figure:
    figure, (left, right) = panels(1, 2)
    for classifier in LOSSES:
        look = {"color": COLORS[classifier], "label": text(classifier)}
        curve = [row for row in records if row[:2] == ("margin", classifier)]
        left.plot([row[2] for row in curve], [row[4] for row in curve], **look)
        moves = [row for row in records if row[:2] == ("move", classifier)]
        right.plot([row[2] for row in moves], [row[6] for row in moves], "o-", **look)
    left.axvline(1, color="0.6", linestyle=":", linewidth=1)
    left.annotate(
        text("satisfied"),
        (1, 0.98),
        (5, 0),
        fontsize=8.5,
        va="top",
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
    )
    label(left, text("x_margin"), text("loss"), text("all"))
    right.set_yscale("symlog", linthresh=1e-4)
    right.set_ylim(bottom=-2e-5)
    label(
        right,
        text("x_move"),
        text("y_move"),
        text("well", n=next(row[3] for row in records if row[0] == "move")),
    )
    for axes in (left, right):
        axes.legend(frameon=False, loc="center right" if axes is right else "center left")
    left.legend(frameon=False, loc="upper right", bbox_to_anchor=(1, 0.9))
    return figure


if __name__ == "__main__":
    stage.main(score_moves)
