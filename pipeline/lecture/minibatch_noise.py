"""Part 8: a minibatch's gradient is the full one plus noise that falls as 1/sqrt(batch size)."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from pipeline.classifiers.losses import objective
from pipeline.lecture.chart import Part, label, panels
from pipeline.lecture.problem import Problem, read
from pipeline.lecture.two_losses import COLORS, LOSSES
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.texts import Texts

SIZES = [2**power for power in range(11)]
DRAWS = 100  # minibatches of each size
STD = 1e-4  # of the weights: small, as at the start of training
COLUMNS = ("classifier", "batch_size", "n_draws", "noise", "expected")


def minibatch_noise(rows: Path, texts: Path, table: Path, picture: Path, sentence: Path) -> None:
    """Draw random minibatches, and compare their gradients to that of all images."""
    problem = read(rows)
    records = measure(problem, generator(problem.seed, "minibatch noise"))
    text = Texts(texts, "minibatch_noise")
    said = describe(records, text)
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(records, text), said)


def describe(records: list[tuple], text: Texts) -> str:
    """How the noise falls, and up to which batch size it is longer than the gradient."""
    powers, compared = [], []
    for each in LOSSES:
        powers.append(text("power", power=slope(records, each), classifier=text(each)))
        longer = [row[1] for row in records if row[0] == each and row[3] > 1]
        key, most = ("up_to", max(longer)) if longer else ("at_none", 0)
        compared.append(text(key, size=most, classifier=text(each)))
    return text("said", powers=text.listed(powers), longer=text.listed(compared))


def slope(records: list[tuple], classifier: str) -> float:
    """The exponent p for which the measured noise falls as (batch size)^p."""
    rows = [record for record in records if record[0] == classifier]
    size, noise = (np.log([row[column] for row in rows]) for column in (1, 3))
    return float(np.polyfit(size, noise, 1)[0])


def measure(problem: Problem, rng: np.random.Generator) -> list[tuple]:
    """A table row (COLUMNS) for each classifier and batch size; draws are with replacement.

    noise: root mean square distance of a minibatch's gradient from that of all images, as a share
    of the latter's length. expected: the same, computed from the gradients of single images as
    their root mean square distance from that of all, divided by the square root of the batch size.
    """
    X, y = problem.X, problem.y
    shape = X.shape[1], problem.n_classes
    W, b = (STD * rng.standard_normal(shape)).astype(np.float32), np.zeros(shape[1], np.float32)
    records = []
    for classifier, loss in LOSSES.items():
        full = flat(*objective(W, b, X, y, 0, classifier)[1:])
        length = np.linalg.norm(full)
        _, slopes = loss(X @ W + b, y)
        # The gradient of one image is the product of its row and a slope for each class.
        squares = (np.einsum("nd,nd->n", X, X) + 1) * np.einsum("nc,nc->n", slopes, slopes)
        spread = np.sqrt(squares.mean(dtype=np.float64) - length**2)
        for size in SIZES:
            distances = []
            for _ in range(DRAWS):
                batch = rng.integers(len(y), size=size)
                gradient = flat(*objective(W, b, X[batch], y[batch], 0, classifier)[1:])
                distances.append(np.sum((gradient - full) ** 2))
            noise = np.sqrt(np.mean(distances)) / length
            records.append((classifier, size, DRAWS, noise, spread / length / np.sqrt(size)))
    return records


def flat(d_W: np.ndarray, d_b: np.ndarray) -> np.ndarray:
    return np.concatenate([d_W.ravel(), d_b]).astype(np.float64)


def draw(records: list[tuple], text: Texts) -> Figure:
    """A panel for each loss, because both are about equally noisy."""
    figure, axes = panels(1, 2, width=4.4, sharey=True)
    for each, classifier in zip(axes, LOSSES, strict=True):
        rows = [record for record in records if record[0] == classifier]
        sizes, color = [row[1] for row in rows], COLORS[classifier]
        each.plot(sizes, [row[4] for row in rows], "--", color="0.4", label=text("expected"))
        each.plot(sizes, [row[3] for row in rows], "o", color=color, label=text("measured"))
        each.axhline(1, color="0.6", linestyle=":", linewidth=1)
        each.annotate(text("itself"), (1, 1), (0, 3), xycoords=("axes fraction", "data"),
                      textcoords="offset points", ha="right", fontsize=8.5)  # fmt: skip
        each.set_xscale("log", base=2)
        each.set_yscale("log")
        each.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        each.yaxis.set_major_formatter("{x:g}")
        each.minorticks_off()
        each.set_xticks(SIZES[::2], [f"{size:,}" for size in SIZES[::2]])
        label(each, text("x"), "", text(classifier))
        each.legend(frameon=False)
    axes[0].set_ylabel(text("y"))
    return figure


if __name__ == "__main__":
    stage.main(minibatch_noise)
