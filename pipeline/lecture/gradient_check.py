"""Part 6: analytic gradients are compared with numerical ones, for many step sizes.

A numerical gradient is made of central differences, (f(x + h) - f(x - h)) / 2h, with the step h.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture import two_losses
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.differentiable import Linear, TwoLayer
from pipeline.lecture.problem import Problem, read
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.texts import Texts
from pipeline.tables.picture import GREEN

NETWORK = "two_layer"
COLORS = {**two_losses.COLORS, NETWORK: GREEN}
IMAGES = 50
COORDINATES = 80  # of all weights, drawn at random
STEPS = [10.0**-power for power in range(1, 13)]
LAMBDAS = (0.0, 0.01)
COLUMNS = (
    *("classifier", "l2", "step", "n_coordinates", "n_kinks", "median_error", "largest_error"),
    *("largest_error_at_kinks", "best"),
)


def gradient_check(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Compare the gradients that the pipeline trains with to central differences of its loss."""
    few = read(rows).first(IMAGES).exact()
    records = measure(few, generator(few.seed, "gradient check"))
    text = Texts(texts, "gradient_check")
    said = describe(records, text)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def describe(records: list[tuple], text: Texts) -> str:
    """The errors at the best steps, and which steps without regularisation are the best."""
    errors, steps = [], []
    for each in COLORS:
        best = [record for record in records if record[0] == each and record[8]]
        name, error = text(each), min(record[6] for record in best)
        errors.append(text("error", error=error, classifier=name))
        steps += [text("step", step=row[2], classifier=name) for row in best if row[1] == 0]
    return text("said", errors=text.listed(errors), n=COORDINATES, steps=text.listed(steps))


def difference(
    model: Linear | TwoLayer, theta: np.ndarray, i: int, step: float
) -> tuple[float, bool]:
    """Central difference along coordinate i, and whether a kink lies between its ends."""
    sides = []
    for sign in (1, -1):
        moved = theta.copy()
        moved[i] += sign * step
        sides.append((model.value(moved)[0], model.piece(moved)))
    (above, one), (below, other) = sides
    return (above - below) / (2 * step), bool((one != other).any())


def measure(problem: Problem, rng: np.random.Generator) -> list[tuple]:
    """A table row (COLUMNS) for each classifier, lambda and step; errors are relative."""
    records = []
    for classifier in COLORS:
        for l2 in LAMBDAS:
            model = made(classifier, problem, l2)
            theta = model.start(rng)
            coordinates = rng.choice(len(theta), min(COORDINATES, len(theta)), replace=False)
            rows = [
                (classifier, l2, step, *errors(model, theta, coordinates, step)) for step in STEPS
            ]
            best = min(rows, key=lambda row: row[5])
            records += [(*row, row is best) for row in rows]
    return records


def made(classifier: str, problem: Problem, l2: float) -> Linear | TwoLayer:
    return TwoLayer(problem, l2) if classifier == NETWORK else Linear(problem, classifier, l2)


def errors(
    model: Linear | TwoLayer, theta: np.ndarray, coordinates: np.ndarray, step: float
) -> tuple:
    """Number of coordinates, number of kinks among them, and three relative errors.

    The errors: the median and the largest without the kinks, and the largest at kinks ("" if
    there are none).
    """
    analytic = model.value(theta)[1]
    smooth: list[float] = []
    kinks: list[float] = []
    for i in coordinates:
        numerical, kink = difference(model, theta, int(i), step)
        larger = max(abs(numerical), abs(analytic[i]), 1e-300)
        (kinks if kink else smooth).append(abs(numerical - analytic[i]) / larger)
    median = float(np.median(smooth)) if smooth else np.inf
    worst = max(smooth, default=np.inf)
    return len(coordinates), len(kinks), median, worst, max(kinks, default="")


def draw(records: list[tuple], text: Texts) -> Figure:
    figure, axes = panels(1, len(COLORS), sharey=True)
    for each, classifier in zip(axes, COLORS, strict=True):
        for l2, style in zip(LAMBDAS, ("-", "--"), strict=True):
            rows = [row for row in records if row[:2] == (classifier, l2) and row[5] < np.inf]
            steps, color = [row[2] for row in rows], COLORS[classifier]
            median, largest = text("median", l2=l2), text("largest", l2=l2)
            each.plot(steps, [row[5] for row in rows], style, color=color, label=median)
            each.plot(
                steps,
                [row[6] for row in rows],
                ".",
                color=color,
                alpha=0.6 if l2 else 1,
                label=largest,
            )
        kinks = [row for row in records if row[0] == classifier and row[4]]
        if kinks:
            steps, error = [row[2] for row in kinks], [row[7] for row in kinks]
            each.plot(steps, error, "x", color="0.2", label=text("kinks"))
        each.axhline(1e-7, color="0.6", linestyle=":", linewidth=1)
        each.set_xscale("log")
        each.set_yscale("log")
        label(each, text("x"), "", text(classifier))
        each.legend(frameon=False, fontsize=8.5)
    axes[0].set_ylabel(text("y"))
    return figure


if __name__ == "__main__":
    stage.main(gradient_check)
