"""What accuracy costs: the seconds and the bytes that each row of the tables takes."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.runtime.store import ArrayFile, write_csv
from pipeline.tables.picture import color_of, save

COLUMNS = (
    *("representation", "classifier", "test_accuracy_mean", "seconds", "bytes_per_image"),
    *("pareto_seconds", "pareto_bytes"),
)
AXES = {"seconds": "seconds to compute and train", "bytes": "bytes per image"}
NAMES = 8  # points on a front that are named; with more they would cover each other


def cost(
    summary: Path,
    timing_table: Path,
    made_of: dict,
    stored: dict,
    n_views: int,
    titles: dict,
    table: Path,
    svg: Path,
    png: Path,
) -> None:
    """Write the table of costs, and its picture.

    made_of: for each representation, its `blocks` and the `states` of those that are fitted.
    stored: for each block, a file with rows of it. n_views: how many rows an image has. titles:
    classifiers' names to show. The cost of a row is said at `seconds_of` and `bytes_of`.
    """
    accuracies = pd.read_csv(summary, keep_default_na=False, dtype={"representation": str})
    timing = pd.read_csv(timing_table, keep_default_na=False, dtype={"job": str})
    rows = accuracies[accuracies["classifier"] != ""][list(COLUMNS[:3])].reset_index(drop=True)
    seconds = {name: seconds_of(name, parts, timing) for name, parts in made_of.items()}
    sizes = {block: n_views * bytes_of(Path(file)) for block, file in stored.items()}
    rows["seconds"] = rows["representation"].map(seconds)
    rows["bytes_per_image"] = [
        sum(sizes[block] for block in made_of[name]["blocks"]) for name in rows["representation"]
    ]
    accuracy = rows["test_accuracy_mean"].to_numpy()
    rows["pareto_seconds"] = front(rows["seconds"].to_numpy(), accuracy)
    rows["pareto_bytes"] = front(rows["bytes_per_image"].to_numpy(), accuracy)
    write_csv(table, COLUMNS, rows[list(COLUMNS)].itertuples(index=False))
    majority = accuracies["test_accuracy_mean"][accuracies["classifier"] == ""]
    save(partial(draw, rows, titles, list(majority)), (svg, png))


def seconds_of(representation: str, parts: dict, timing: pd.DataFrame) -> float:
    """The seconds of the jobs that a representation needs, the mean over seeds and folds.

    These are: computing its blocks, for all images and views; fitting what is fitted; training and
    scoring, which all classifiers share. Loading and splitting are left out: all rows need them.
    timing: a row per job; its name begins with that of what the job is for, and ends with the
    trial.
    """
    of = {
        "compute": parts["blocks"],
        "encode": parts["blocks"],
        "fit": parts["states"],
        "train": [representation],
        "score": [representation],
    }
    total = {
        rule: timing["seconds"][(timing["rule"] == rule) & begins(timing["job"], names)].sum()
        for rule, names in of.items()
    }
    trained = (timing["rule"] == "train") & begins(timing["job"], [representation])
    in_each_trial = sum(total[rule] for rule in ("fit", "encode", "train", "score"))
    return float(total["compute"] + in_each_trial / trained.sum())


def begins(jobs: pd.Series, names: list[str]) -> pd.Series:
    """Which jobs are for one of the names: these have no hyphen but before a state's digest."""
    return jobs.str.startswith(tuple(f"{name}-" for name in names))


def bytes_of(file: Path) -> int:
    """The bytes that a row takes in the file of a block."""
    rows = ArrayFile(file)
    return rows.row_size * rows.dtype.itemsize


def front(costs: np.ndarray, accuracy: np.ndarray) -> np.ndarray:
    """Which rows are on the Pareto front: none is as accurate for less, or more accurate for the
    same or less. Bool (n,).
    """
    cheaper, as_cheap = costs[:, None] > costs, costs[:, None] >= costs
    better, as_good = accuracy[:, None] < accuracy, accuracy[:, None] <= accuracy
    return ~np.any((cheaper & as_good) | (as_cheap & better), axis=1)


def draw(rows: pd.DataFrame, titles: dict[str, str], majority: list[float]) -> Figure:
    """Accuracy against seconds on the left, against bytes on the right, both fronts as lines."""
    figure = Figure(figsize=(11, 5), layout="constrained")
    for axes, (kind, label) in zip(figure.subplots(1, 2, sharey=True), AXES.items(), strict=True):
        column = "seconds" if kind == "seconds" else "bytes_per_image"
        draw_points(axes, rows, column, titles)
        draw_front(axes, rows[rows[f"pareto_{kind}"]], column, titles)
        for accuracy in majority:
            name = f"largest class: {100 * accuracy:.1f} %"
            axes.axhline(100 * accuracy, color="black", linestyle="--", linewidth=0.8, label=name)
        axes.set_xscale("log")
        axes.margins(x=0.15, y=0.12)
        axes.set_xlabel(label)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("test accuracy (%)")
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=4, frameon=False)
    return figure


def draw_points(axes: Axes, rows: pd.DataFrame, column: str, titles: dict[str, str]) -> None:
    """A dot for each row, in the colour of its classifier."""
    for place, classifier in enumerate(dict.fromkeys(rows["classifier"])):
        of = rows[rows["classifier"] == classifier]
        y, color = 100 * of["test_accuracy_mean"], color_of(place)
        axes.plot(of[column], y, "o", label=titles[classifier], color=color, alpha=0.8, zorder=3)


def draw_front(axes: Axes, rows: pd.DataFrame, column: str, titles: dict[str, str]) -> None:
    """The front, a line with the names of its first points by accuracy."""
    rows = rows.sort_values([column, "test_accuracy_mean", "representation", "classifier"])
    y = 100 * rows["test_accuracy_mean"]
    axes.step(rows[column], y, where="post", color="grey", linewidth=1, label="Pareto front")
    named = rows.sort_values("test_accuracy_mean", ascending=False).head(NAMES)
    for row in named.itertuples():
        name = f"{row.representation.replace('_', ' ')}, {titles[row.classifier]}"
        at = (getattr(row, column), 100 * row.test_accuracy_mean)
        # Up and to the left nothing can be: it would be on the front itself.
        axes.annotate(
            name, at, (-4, 5), textcoords="offset points", ha="right", fontsize=8, zorder=4
        )


if __name__ == "__main__":
    stage.main(cost)
