"""Part 10: features are coordinates, in which the classes lie together or apart."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pipeline.lecture import discriminants
from pipeline.lecture.chart import Part
from pipeline.lecture.class_marks import CLASSES, legend, mark
from pipeline.lecture.montage import as_text
from pipeline.lecture.problem import Problem, read
from pipeline.runtime import stage
from pipeline.runtime.messages import shown
from pipeline.runtime.store import read_json
from pipeline.runtime.texts import Texts

COLUMNS = (
    *("representation", "n_features", "split", "n", "variance_ratio", "accuracy", "wrong_side"),
    "shrinkage",
)
ACROSS = 2  # panels side by side
SHOWN = 400  # images of a split in a panel, at most: more hide each other


class Cloud(NamedTuple):
    """Images of one split in the plane: where, float64 (n, 2), and their classes y, int (n,)."""

    where: np.ndarray
    y: np.ndarray


def coordinates(
    samples: list,
    subject: str,
    classes: Path,
    texts: Path,
    table: Path,
    picture: Path,
    sentence: Path,
) -> None:
    """Measure how well each representation's two strongest discriminants tell the classes apart.

    samples: the files of `sample`, one for each representation. subject: the representation that
    the others are compared with.
    """
    clouds: dict[str, dict[str, Cloud]] = {}
    records: list[tuple] = []
    for path in samples:
        problem = read(Path(path))
        fitted = discriminants.fit(problem.X, problem.y, 2)
        found = {
            "train": Cloud(fitted.apply(problem.X), problem.y),
            "validation": Cloud(fitted.apply(problem.X_held_out), problem.y_held_out),
        }
        clouds[problem.representation] = found
        records += measure(problem, found, fitted.shrinkage)
    names = list(map(shown, read_json(classes)))
    said = describe(records, subject, Texts(texts, "coordinates"))
    Part(table, picture, sentence).write(COLUMNS, records, lambda: draw(clouds, names), said)


def measure(problem: Problem, clouds: dict[str, Cloud], shrinkage: float) -> list[tuple]:
    """A table row (COLUMNS) for each split; the classes' means are those of training images."""
    means, _ = discriminants.class_means(*clouds["train"])
    known = problem.representation, problem.X.shape[1]
    return [
        (*known, split, len(cloud.y), ratio(cloud), *judged(cloud, means), shrinkage)
        for split, cloud in clouds.items()
    ]


def ratio(cloud: Cloud) -> float:
    """Variance between the classes' own means, over that within classes, summed over both axes."""
    means, _ = discriminants.class_means(*cloud)
    within = np.square(cloud.where - means[cloud.y]).sum()
    between = np.square(means[cloud.y] - cloud.where.mean(axis=0)).sum()
    return float(between / within) if within else 0.0


def judged(cloud: Cloud, means: np.ndarray) -> tuple[float, float]:
    """The share of images nearest to the mean of their class, and of those on the wrong side.

    means: float64 (C, 2). The latter is the mean over pairs of classes: of the images of the two,
    the share that is on the other class's side of the line midway between both means. An image
    as near to both is half on either side.
    """
    distance = np.square(cloud.where[:, None] - means).sum(axis=2)  # (n, C)
    right = float(np.mean(distance.argmin(axis=1) == cloud.y))
    wrong = []
    for pair in combinations(np.unique(cloud.y), 2):
        inside = np.isin(cloud.y, pair)
        nearer = distance[inside, pair[0]] - distance[inside, pair[1]]
        nearer *= np.where(cloud.y[inside] == pair[0], 1, -1)
        wrong.append(np.mean((nearer > 0) + 0.5 * (nearer == 0)))
    return right, float(np.mean(wrong)) if wrong else 0.0


def describe(records: list[tuple], subject: str, text: Texts) -> str:
    """The subject against what untangles the classes most, on images that no plane has seen."""
    held_out = {record[0]: record[5:7] for record in records if record[2] == "validation"}
    fitted = {record[0]: record[5] for record in records if record[2] == "train"}
    best = max(held_out, key=lambda name: held_out[name][0])
    (own, wrong), (most, least) = held_out[subject], held_out[best]
    shares = {"own": 100 * own, "wrong": 100 * wrong, "fitted": 100 * fitted[subject]}
    said = text("said", name=subject, **shares)
    if most <= own:
        return text("alone", said=said)
    return text("best", said=said, best=best, most=100 * most, least=100 * least)


def draw(clouds: dict[str, dict[str, Cloud]], names: Sequence[str]) -> Figure:
    """A panel for each representation; of more classes than CLASSES the first are shown."""
    across = min(ACROSS, len(clouds))
    down = -(-len(clouds) // across)
    figure = Figure(figsize=(0.2 + 2.7 * across, 0.8 + 2.8 * down), layout="constrained")
    panels = figure.subplots(down, across, squeeze=False).flat
    for axes, (name, splits) in zip(panels, clouds.items(), strict=False):
        for split, style in (("train", {"alpha": 0.35, "s": 5}), ("validation", {"s": 13})):
            where, y = splits[split].where[:SHOWN], splits[split].y[:SHOWN]
            for place in range(min(CLASSES, len(names))):
                scatter(axes, where[y == place], place, len(names), style)
        frame(axes, splits["validation"].where)
        axes.set_title(as_text(name.replace("_", " ")), fontsize=10.5)
    for axes in list(panels):
        axes.set_axis_off()
    legend(figure, names[:CLASSES], 1 + across)
    return figure


def scatter(axes, where: np.ndarray, place: int, n_classes: int, style: dict) -> None:
    """The images of a class. Two classes have one discriminant: images are spread across it."""
    across = np.linspace(-1, 1, len(where)) if n_classes == 2 else where[:, 1]
    color, shape = mark(place)
    # As pixels: thousands of marks would make a large file.
    axes.scatter(where[:, 0], across, color=color, marker=shape, lw=0, rasterized=True, **style)


def frame(axes, where: np.ndarray) -> None:
    """Limits around all but the outermost of the points (n, 2), and no ticks: units are free."""
    for limits, values in zip((axes.set_xlim, axes.set_ylim), where.T, strict=True):
        low, high = np.percentile(values, [0.5, 99.5])
        middle, half = (low + high) / 2, max(0.6 * (high - low), 1.1)
        limits(middle - half, middle + half)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color("0.8")


if __name__ == "__main__":
    stage.main(coordinates)
