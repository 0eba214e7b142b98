"""Part 1: with W near 0 all classes are equally likely, and the loss says how many there are."""

import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.problem import Problem, read
from pipeline.lecture.two_losses import COLORS, LOSSES
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.texts import Texts

STD = 1e-5  # of the weights
COLUMNS = ("classifier", "n_classes", "n_images", "loss", "expected", "difference")
EXPECTED = {"svm": lambda C: C - 1.0, "softmax": math.log}
FORMULA = {"svm": "C - 1", "softmax": "log C"}


def initial_loss(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Measure both losses at small random weights, for the first 2, 3, ... classes."""
    problem = read(rows)
    records = measure(problem, generator(problem.seed, "initial weights"))
    text = Texts(texts, "initial_loss")
    said = describe(records, text)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def describe(records: list[tuple], text: Texts) -> str:
    """Both losses with all classes, and how far any of them is from its formula."""
    last = {record[0]: record for record in records}
    numbers = {"C": records[-1][1], "off": 100 * max(abs(row[5]) / row[4] for row in records)}
    for classifier, record in last.items():
        numbers |= {classifier: record[3], f"{classifier}_expected": record[4]}
    return text("said", **numbers)


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


def draw(records: list[tuple], text: Texts) -> Figure:
    figure, axes = panels(1, 2)
    for each, classifier in zip(axes, LOSSES, strict=True):
        of_one = [record for record in records if record[0] == classifier]
        classes = np.linspace(2, of_one[-1][1], 100)
        curve = [EXPECTED[classifier](C) for C in classes]
        expected = text("expected", formula=FORMULA[classifier])
        each.plot(classes, curve, color="0.4", label=expected)
        each.plot(
            [record[1] for record in of_one],
            [record[3] for record in of_one],
            "o",
            color=COLORS[classifier],
            label=text("measured"),
        )
        label(each, text("x"), text("loss"), text(classifier))
        each.set_ylim(bottom=0)
        each.xaxis.get_major_locator().set_params(integer=True)
        each.legend(frameon=False)
    return figure


if __name__ == "__main__":
    stage.main(initial_loss)
