"""Part 5: ways to find W: by chance, by trying every direction, or by following the gradient."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture import searchers
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.problem import Problem, accuracy, read
from pipeline.lecture.searchers import Task
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import write_csv
from pipeline.runtime.texts import Texts
from pipeline.tables.picture import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION

LOSS = "svm"
FEATURES = 64  # columns, at most: few enough for a numerical gradient to take some steps
POINTS = 24  # rows of a method in the table, at most
PROBES = 10  # weights whose numerical derivative is timed on the full W

# How many evaluations of the loss of all images each method gets, so that all take about as long.
BUDGETS = {
    "random search": 6000,
    "random local search": 6000,
    "numerical gradient descent": 6500,
    "full-batch gradient descent": 4000,
    "SGD, batches of 1": 20,
    "SGD, batches of 10": 150,
    "SGD, batches of 100": 1000,
    "SGD, batches of 1,000": 2000,
}
METHODS: dict[str, Callable] = {
    "random search": searchers.random_search,
    "random local search": searchers.random_local_search,
    "numerical gradient descent": searchers.numerical_gradient_descent,
    "full-batch gradient descent": searchers.gradient_descent,
    "SGD, batches of 1": partial(searchers.minibatch_sgd, batch_size=1),
    "SGD, batches of 10": partial(searchers.minibatch_sgd, batch_size=10),
    "SGD, batches of 100": partial(searchers.minibatch_sgd, batch_size=100),
    "SGD, batches of 1,000": partial(searchers.minibatch_sgd, batch_size=1000),
}
LOOKS = dict(
    zip(
        METHODS,
        (("0.35", ":"), ("0.35", "--"), (PURPLE, "-."), (BLUE, "-"), (VERMILION, "-"),
         (ORANGE, "-"), (GREEN, "-"), (SKY, "-")),
        strict=True,
    )
)  # fmt: skip
# What the two columns of the picture compare; the full batch belongs to both.
GUESSES, BATCHES = list(METHODS)[:4], list(METHODS)[3:]
COLUMNS = (
    *("method", "updates", "evaluations", "loss", "accuracy", "validation_accuracy"),
    *("at_equal_evaluations", "seconds", "at_equal_seconds"),
)
COST = ("gradient", "n_weights", "evaluations", "extrapolated", "seconds")


def search(
    rows: Path,
    texts: Path,
    table: Path,
    picture: Path,
    sentence: Path,
    cost: Path,
) -> None:
    """Run every method on few columns, and time both kinds of gradient on all columns.

    cost: the table of these times. What the methods find does not depend on the time taken. Only
    `seconds` and `at_equal_seconds` in the table, the cost and the picture change from run to
    run; no other numbers of the lecture do.
    """
    problem = read(rows)
    seed, rng = problem.seed, generator(problem.seed, "search")
    columns = np.sort(rng.permutation(problem.X.shape[1])[:FEATURES])
    few = problem._replace(
        X=problem.X[:, columns], X_held_out=problem.X_held_out[:, columns]
    ).exact()
    task = Task(few.X, few.y, few.n_classes, LOSS)
    found = {name: run(name, task, few, generator(seed, name)) for name in METHODS}
    records = mark(found)
    write_csv(cost, COST, price(problem.exact(), rng))
    text = Texts(texts, "search")
    said = describe(records, problem, text)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def run(name: str, task: Task, few: Problem, rng: np.random.Generator) -> list[tuple]:
    """Run one method, and look from time to time at what it has found.

    Returns a tuple for each look: name, updates of W, evaluations, loss, accuracy on training and
    on held-out images, seconds. An evaluation is the loss of every training image once; a batch
    counts as its share of one.
    """
    n, seen, updates, seconds, last = len(task.y), 0, 0, 0.0, None
    points = checkpoints(name, n)
    records = []
    begun = time.perf_counter()
    for theta, images in METHODS[name](task, rng):
        updates += theta is not last
        seen, last = seen + images, theta
        if seen < n * points[0] - 1e-6:
            continue
        seconds += time.perf_counter() - begun
        right = [
            accuracy(X @ theta[:-1] + theta[-1], y)
            for X, y in ((few.X, few.y), (few.X_held_out, few.y_held_out))
        ]
        records.append((name, updates, seen / n, task.value(theta), *right, seconds))
        points = [point for point in points if n * point - 1e-6 > seen]
        if not points:
            return records
        begun = time.perf_counter()
    return records


def checkpoints(name: str, n: int) -> list[float]:
    """The numbers of evaluations after which to look at a method; n: training images.

    They are a geometric sequence, and the smallest budget of all methods.
    """
    first = 1 / n if name.startswith("SGD") else 1
    points = np.geomspace(first, BUDGETS[name], POINTS)
    return sorted({*points.tolist(), float(min(BUDGETS.values()))})


def mark(found: dict[str, list[tuple]]) -> list[tuple]:
    """Table rows (COLUMNS), with marks where methods can be compared.

    Of each method, the last row within the evaluations that every method had is marked, and the
    last row within the seconds that every method had.
    """
    evaluations, seconds = (
        min(records[-1][column] for records in found.values()) for column in (2, 6)
    )
    marked = []
    for records in found.values():
        last = [
            max((i for i, row in enumerate(records) if row[column] <= limit), default=0)
            for column, limit in ((2, evaluations), (6, seconds))
        ]
        for i, row in enumerate(records):
            marked.append((*row[:6], i == last[0], row[6], i == last[1]))
    return marked


def price(problem: Problem, rng: np.random.Generator) -> list[tuple]:
    """Rows of the table of costs (COST): seconds for a gradient with respect to the full W and b.

    The numerical gradient is timed on a few weights; the time for all is extrapolated.
    """
    task = Task(problem.X, problem.y, problem.n_classes, LOSS)
    theta = searchers.STD * rng.standard_normal(task.shape)
    task.gradient(theta)  # the first call pays for memory that later ones find ready
    begun = time.perf_counter()
    task.gradient(theta)
    analytic = time.perf_counter() - begun
    begun = time.perf_counter()
    for i in rng.choice(theta.size, PROBES):
        searchers.difference(task, theta, int(i), searchers.H)
    numerical = time.perf_counter() - begun
    return [
        ("analytic", theta.size, 1, False, analytic),
        ("numerical", PROBES, 2 * PROBES, False, numerical),
        ("numerical", theta.size, 2 * theta.size, True, numerical * theta.size / PROBES),
    ]


def describe(records: list[tuple], problem: Problem, text: Texts) -> str:
    """The sentence of this part. It has no times, so it is the same in every run."""
    equal = sorted((record for record in records if record[6]), key=lambda record: record[3])
    places = [text("place", method=text(f"methods.{row[0]}"), loss=row[3]) for row in equal]
    cost = 2 * (problem.X.shape[1] + 1) * problem.n_classes
    return text("said", n=min(BUDGETS.values()), order=", ".join(places), cost=cost)


def draw(records: list[tuple], text: Texts) -> Figure:
    """Above against evaluations, below against time; a column for each question.

    Time is that of as many evaluations at the method's own mean pace: that of single looks would
    show what else the machine had to do.
    """
    figure, axes = panels(2, 2, width=4.4, height=3.1, sharey=True, sharex="row")
    for place, (names, title) in enumerate(((GUESSES, "guess"), (BATCHES, "batches"))):
        for name in names:
            rows = [record for record in records if record[0] == name]
            pace = rows[-1][7] / rows[-1][2]
            color, style = LOOKS[name]
            for axis, unit in zip(axes[place::2], (1, pace), strict=True):
                x, loss = [unit * row[2] for row in rows], [row[3] for row in rows]
                axis.plot(x, loss, style, color=color, label=text(f"methods.{name}"))
        label(axes[place], text("x_evaluations"), "", text(title))
        label(axes[place + 2], text("x_time"), "")
        axes[place + 2].legend(frameon=False, fontsize=8.5, loc="upper center", ncols=2,
                               bbox_to_anchor=(0.5, -0.2))  # fmt: skip
    for i, axis in enumerate(axes):
        axis.set_xscale("log")
        axis.minorticks_off()
        column, flag = ((2, 6), (7, 8))[i // 2]
        equal = max(record[column] for record in records if record[flag])
        axis.axvline(equal, color="0.6", linestyle=":", linewidth=1)
    for axis in axes[::2]:
        axis.set_ylabel(text("y"))
    axes[0].set_ylim(0, 1.25 * records[0][3])
    return figure


if __name__ == "__main__":
    stage.main(search)
