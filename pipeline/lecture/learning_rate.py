"""Part 7: what learning rates do that are too small, right, too large, or far too large."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pipeline.classifiers.descent import Group
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.problem import Problem, read
from pipeline.lecture.two_losses import LOSSES
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.texts import Texts
from pipeline.tables.picture import BLUE, GREEN, ORANGE, VERMILION

SLOW, RIGHT, STALLED, EXPLODED = (
    *("too small: slow", "right", "too large: stalls", "far too large: explodes"),
)
REGIMES = {  # with the keys of what they are called in pictures and sentences
    SLOW: "regimes.slow",
    RIGHT: "regimes.right",
    STALLED: "regimes.stalls",
    EXPLODED: "regimes.explodes",
}
NEAR = 0.1  # share of the best rate's fall in loss: a rate that ends this near to it is right
RATES = [1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 1.0, 10.0]
L2 = 0.1
EPOCHS = 5
BATCH = 50
LOOKS = 60  # points of a curve
COLORS = {SLOW: BLUE, RIGHT: GREEN, STALLED: ORANGE, EXPLODED: VERMILION}
STYLES = {SLOW: "--", RIGHT: "-", STALLED: "-.", EXPLODED: ":"}
# Curves with a larger number are drawn over the others: the wildest lies behind.
ZORDER = {SLOW: 4, RIGHT: 3, STALLED: 2, EXPLODED: 1}
COLUMNS = ("classifier", "learning_rate", "regime", "epoch", "loss", "accuracy")


def learning_rate(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Train with constant learning rates of every size, and name what each did."""
    problem, records = read(rows), []
    for classifier in LOSSES:
        records += measure(problem, classifier, generator(problem.seed, "learning rate"))
    text = Texts(texts, "learning_rate")
    said = " ".join(describe(records, classifier, text) for classifier in LOSSES)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def describe(records: list[tuple], classifier: str, text: Texts) -> str:
    """The learning rates of each regime, and where the curves that are drawn end."""
    mine = [record for record in records if record[0] == classifier]
    names = {record[1]: record[2] for record in mine}
    regimes = []
    for each, key in REGIMES.items():
        rates = [rate for rate in names if names[rate] == each]
        if rates:
            said = ranges(list(names), rates, text)
            regimes.append(text("is", rates=said, regime=text(key)))
    said = text("said", classifier=text(classifier), regimes="; ".join(regimes))
    ends = []
    for rate, name in drawn(names).items():
        end = ending(np.array([record[4] for record in mine if record[1] == rate]))
        if end <= mine[0][4]:
            ends.append(text("end", loss=end, rate=rate, regime=text(REGIMES[name])))
    course = {"epochs": EPOCHS, "start": mine[0][4]}
    last = text("drawn", ends=text.listed(ends), **course) if ends else text("never", **course)
    return f"{said} {last}"


def ranges(rates: list[float], chosen: list[float], text: Texts) -> str:
    """Which of all `rates` are `chosen`, both in increasing order: a range, or all one by one."""
    low, high = rates.index(chosen[0]), rates.index(chosen[-1])
    if len(chosen) == len(rates):
        return text("any")
    if high - low + 1 != len(chosen) or len(chosen) == 1:
        return ", ".join(f"{rate:g}" for rate in chosen)
    key = "up_to" if low == 0 else "from" if high == len(rates) - 1 else "between"
    return text(key, low=chosen[0], high=chosen[-1])


def drawn(names: dict[float, str]) -> dict[float, str]:
    """Of the regimes of rates one rate each: the middle one, or, if too large, the smallest."""
    chosen = {}
    for name in REGIMES:
        rates = [rate for rate in names if names[rate] == name]
        if rates:
            chosen[rates[0 if name in (STALLED, EXPLODED) else len(rates) // 2]] = name
    return chosen


def measure(problem: Problem, classifier: str, rng: np.random.Generator) -> list[tuple]:
    """Table rows (COLUMNS); the loss is the mean of all training images, with the penalty."""
    penalty = np.ones(problem.X.shape[1], np.float32)
    group = Group(classifier, RATES, [L2] * len(RATES), penalty, problem.n_classes)
    epochs, losses, correct = train(group, problem, rng)
    names, records = name_regimes(RATES, losses), []
    for rate, name, loss, right in zip(RATES, names, losses, correct, strict=True):
        for point in zip(epochs, loss, right, strict=True):
            records.append((classifier, rate, name, *point))
    return records


def name_regimes(rates: Sequence[float], curves: np.ndarray) -> list[str]:
    """The regime of each learning rate, by a rule, from its loss curve.

    curves: float (rates, points); all start at the same loss. The end of a curve is the median
    of its last fifth, so that a single lucky or unlucky minibatch decides nothing. The best rate
    is the one that ends lowest. A rate

    explodes        if it ends above the start, or is not finite
    is right        if it makes at least 90 % of the best rate's fall
    is slow         if it does not, and is smaller than the best
    stalls          if it does not, and is larger; its loss fell, or it would have exploded
    """
    start, ends = curves[0, 0], [ending(curve) for curve in curves]
    best = int(np.argmin(ends))
    enough = start - (1 - NEAR) * (start - ends[best])
    names = []
    for rate, end in zip(rates, ends, strict=True):
        if not end <= start:
            names.append(EXPLODED)
        elif end <= enough:
            names.append(RIGHT)
        else:
            names.append(SLOW if rate < rates[best] else STALLED)
    return names


def ending(curve: np.ndarray) -> float:
    """The median of the last fifth of a curve; infinite if any point there is not finite."""
    last = curve[-max(1, len(curve) // 5) :]
    return float(np.median(last)) if np.isfinite(last).all() else np.inf


def train(
    group: Group, problem: Problem, rng: np.random.Generator
) -> tuple[list[float], np.ndarray, np.ndarray]:
    """Train by minibatch SGD without momentum, and look at the group from time to time.

    Returns when it was looked at, in epochs (points,), and the loss and the accuracy then, float
    (settings, points) each.
    """
    n = len(problem.y)
    every = EPOCHS * n / LOOKS  # images between two looks
    epochs, curves, seen = [0.0], [look(group, problem)], 0
    for _ in range(EPOCHS):
        order = rng.permutation(n)
        for start in range(0, n, BATCH):
            batch = order[start : start + BATCH]
            group.step(problem.X[batch], problem.y[batch], batch, 0, 1)
            seen += len(batch)
            if seen >= every * len(epochs):
                epochs.append(seen / n)
                curves.append(look(group, problem))
    losses, correct = np.array(curves).transpose(1, 2, 0)
    return epochs, losses, correct


def look(group: Group, problem: Problem) -> np.ndarray:
    """Loss with penalty (infinite if a setting exploded) and accuracy: float (2, settings)."""
    loss, correct, _ = group.score(problem.X, problem.y, np.ones(problem.n_classes))
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.square(group.W, dtype=np.float64).sum(axis=1).reshape(group.shape).sum(axis=0)
        total = loss / len(problem.y) + L2 * squares
    return np.array([np.where(np.isfinite(total), total, np.inf), correct / len(problem.y)])


def draw(records: list[tuple], text: Texts) -> Figure:
    """One curve for each regime."""
    figure, axes = panels(1, 2, width=4.8, height=3.8)
    for each, classifier in zip(axes, LOSSES, strict=True):
        rows = [record for record in records if record[0] == classifier]
        top = 2 * rows[0][4]
        for rate, name in drawn({record[1]: record[2] for record in rows}).items():
            curve = [(row[3], min(row[4], 10 * top)) for row in rows if row[1] == rate]
            look = {"color": COLORS[name], "linestyle": STYLES[name], "zorder": ZORDER[name]}
            called = text("legend", rate=rate, regime=text(REGIMES[name]))
            each.plot(*zip(*curve, strict=True), label=called, **look)
        each.set_ylim(0, top)
        label(each, text("x"), "", text(classifier))
        each.legend(frameon=False, fontsize=8.5, loc="upper center", ncols=2,
                    bbox_to_anchor=(0.5, -0.15))  # fmt: skip
    axes[0].set_ylabel(text("y"))
    return figure


if __name__ == "__main__":
    stage.main(learning_rate)
