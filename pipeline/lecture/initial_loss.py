"""Part 1: with W near 0 all classes are equally likely, and the loss says how many there are."""

import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.problem import Problem, read
from pipeline.lecture.two_losses import COLORS, LOSSES, NAMES
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator

STD = 1e-5  # of the weights
COLUMNS = ("classifier", "n_classes", "n_images", "loss", "expected", "difference")
EXPECTED = {"svm": lambda C: C - 1.0, "softmax": math.log}
FORMULA = {"svm": "C - 1", "softmax": "log C"}


def initial_loss(rows: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Measure both losses at small random weights, for the first 2, 3, ... classes."""
    problem = read(rows)
    records = measure(problem, generator(problem.seed, "initial weights"))
    last = {record[0]: record for record in records}
    said = "With W near 0 and C = {} classes, the SVM loss is {:.4f} (C - 1 = {:.4f})".format(
        problem.n_classes, last["svm"][3], last["svm"][4]
    )
    said += " and the softmax loss {:.4f} (log C = {:.4f}).".format(*last["softmax"][3:5])
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records), said)


def measure(problem: Problem, rng: np.random.Generator) -> list[tuple]:
    """A table row (COLUMNS) for each classifier and number of classes."""
    W = STD * rng.standard_normal((problem.X.shape[1], problem.n_classes))
    scores, records = problem.X @ W, []
    for classifier, loss in LOSSES.items():
        for n_classes in range(2, problem.n_classes + 1):
            inside = problem.y < n_classes
            measured = loss(scores[inside, :n_classes], problem.y[inside])[0].mean()
            expected = EXPECTED[classifier](n_classes)
            numbers = (int(inside.sum()), measured, expected, measured - expected)
            records.append((classifier, n_classes, *numbers))
    return records


def draw(records: list[tuple]) -> Figure:
    figure, axes = panels(1, 2)
    for each, classifier in zip(axes, LOSSES, strict=True):
        of_one = [record for record in records if record[0] == classifier]
        classes = np.linspace(2, of_one[-1][1], 100)
        curve = [EXPECTED[classifier](C) for C in classes]
        each.plot(classes, curve, color="0.4", label=f"expected: {FORMULA[classifier]}")
        each.plot(
            [record[1] for record in of_one],
            [record[3] for record in of_one],
            "o",
            color=COLORS[classifier],
            label="measured",
        )
        label(each, "number of classes C", "mean loss per image", NAMES[classifier])
        each.set_ylim(bottom=0)
        each.xaxis.get_major_locator().set_params(integer=True)
        each.legend(frameon=False)
    return figure


if __name__ == "__main__":
    stage.main(initial_loss)
