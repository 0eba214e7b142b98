"""Part 6: analytic gradients are compared with numerical ones, for many step sizes.

A numerical gradient is made of central differences, (f(x + h) - f(x - h)) / 2h, with the step h.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pipeline.classifiers.losses import objective
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.problem import Problem, read
from pipeline.lecture.two_losses import COLORS, LOSSES, NAMES
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator

IMAGES = 50
COORDINATES = 80  # of W and b, drawn at random
STEPS = [10.0**-power for power in range(1, 13)]
LAMBDAS = (0.0, 0.01)
STD = 0.03
COLUMNS = (
    *("classifier", "l2", "step", "n_coordinates", "n_kinks", "median_error", "largest_error"),
    *("largest_error_at_kinks", "best"),
)


def gradient_check(rows: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Compare the gradients that the pipeline trains with to central differences of its loss."""
    few = read(rows).first(IMAGES).exact()
    records = measure(few, generator(few.seed, "gradient check"))
    best = {
        classifier: min(record[6] for record in records if record[0] == classifier and record[8])
        for classifier in LOSSES
    }
    said = (
        f"In float64 the analytic gradients agree with central differences to a relative error of "
        f"{best['svm']:.1g} (SVM) and {best['softmax']:.1g} (softmax) at the best step, at the "
        f"worst of up to {COORDINATES} random coordinates, kinks of the hinge counted apart."
    )
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records), said)


class Point(NamedTuple):
    """Where a gradient is checked: theta, float64 (d + 1, C), is W with b as its last row."""

    problem: Problem
    theta: np.ndarray
    classifier: str
    l2: float

    def value(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """The objective and its gradient, as the pipeline computes them."""
        X, y = self.problem.X, self.problem.y
        total, d_W, d_b = objective(theta[:-1], theta[-1], X, y, self.l2, self.classifier)
        return total, np.vstack([d_W, d_b])

    def beyond(self, theta: np.ndarray) -> np.ndarray:
        """Which margins of the hinge are violated, bool (n, C).

        Where this differs between two points, a kink of the loss lies between them.
        """
        scores = self.problem.X @ theta[:-1] + theta[-1]
        correct = np.take_along_axis(scores, self.problem.y[:, None], axis=1)
        return scores - correct + 1 > 0

    def difference(self, i: int, step: float) -> tuple[float, bool]:
        """Central difference along coordinate i, and whether a kink lies between its ends."""
        sides = []
        for sign in (1, -1):
            moved = self.theta.copy()
            moved.flat[i] += sign * step
            sides.append((self.value(moved)[0], self.beyond(moved)))
        (above, one), (below, other) = sides
        kink = self.classifier == "svm" and bool((one != other).any())
        return (above - below) / (2 * step), kink


def measure(problem: Problem, rng: np.random.Generator) -> list[tuple]:
    """A table row (COLUMNS) for each classifier, lambda and step; errors are relative."""
    theta = STD * rng.standard_normal((problem.X.shape[1] + 1, problem.n_classes))
    coordinates = rng.choice(theta.size, min(COORDINATES, theta.size), replace=False)
    records = []
    for classifier in LOSSES:
        for l2 in LAMBDAS:
            point = Point(problem, theta, classifier, l2)
            rows = [(classifier, l2, step, *errors(point, coordinates, step)) for step in STEPS]
            best = min(rows, key=lambda row: row[5])
            records += [(*row, row is best) for row in rows]
    return records


def errors(point: Point, coordinates: np.ndarray, step: float) -> tuple:
    """Number of coordinates, number of kinks among them, and three relative errors.

    The errors: the median and the largest without the kinks, and the largest at kinks ("" if
    there are none).
    """
    analytic = point.value(point.theta)[1].ravel()
    smooth: list[float] = []
    kinks: list[float] = []
    for i in coordinates:
        numerical, kink = point.difference(int(i), step)
        larger = max(abs(numerical), abs(analytic[i]), 1e-300)
        (kinks if kink else smooth).append(abs(numerical - analytic[i]) / larger)
    median = float(np.median(smooth)) if smooth else np.inf
    worst = max(smooth, default=np.inf)
    return len(coordinates), len(kinks), median, worst, max(kinks, default="")


def draw(records: list[tuple]) -> Figure:
    figure, axes = panels(1, 2, sharey=True)
    for each, classifier in zip(axes, LOSSES, strict=True):
        for l2, style in zip(LAMBDAS, ("-", "--"), strict=True):
            rows = [row for row in records if row[:2] == (classifier, l2) and row[5] < np.inf]
            steps, color = [row[2] for row in rows], COLORS[classifier]
            name = f"λ = {l2:g}"
            each.plot(steps, [row[5] for row in rows], style, color=color, label=f"{name}: median")
            each.plot(
                steps,
                [row[6] for row in rows],
                ".",
                color=color,
                alpha=0.6 if l2 else 1,
                label=f"{name}: largest",
            )
        kinks = [row for row in records if row[0] == classifier and row[4]]
        if kinks:
            steps, error = [row[2] for row in kinks], [row[7] for row in kinks]
            each.plot(steps, error, "x", color="0.2", label="largest at kinks")
        each.axhline(1e-7, color="0.6", linestyle=":", linewidth=1)
        each.set_xscale("log")
        each.set_yscale("log")
        label(each, "step h", "", NAMES[classifier])
        each.legend(frameon=False, fontsize=8.5)
    axes[0].set_ylabel("relative error of the gradient")
    return figure


if __name__ == "__main__":
    stage.main(gradient_check)
