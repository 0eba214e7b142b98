"""What accuracy costs: the seconds and the bytes that each row of the tables takes."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from pipeline.runtime import stage
from pipeline.runtime.store import ArrayFile, write_csv
from pipeline.runtime.texts import Texts
from pipeline.tables.picture import color_of, in_words, save

COLUMNS = (
    *("representation", "classifier", "test_accuracy_mean", "seconds", "bytes_per_image"),
    *("pareto_seconds", "pareto_bytes"),
)
KINDS = {"seconds": "seconds", "bytes": "bytes_per_image"}  # of a front: the column of the cost


def cost(
    summary: Path,
    timing_table: Path,
    made_of: dict,
    stored: dict,
    n_views: int,
    titles: dict,
    names: dict,
    texts: Path,
    table: Path,
    svg: Path,
    png: Path,
) -> None:
    """Write the table of costs, and its picture.

    made_of: for each representation, its `blocks` and the `states` of those that are fitted.
    stored: for each block, a file with rows of it. n_views: how many rows an image has. titles,
    names: of classifiers and of representations, as they are shown. texts: what the picture says,
    see `runtime.texts`. The cost of a row is said at `seconds_of` and `bytes_of`.
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
    shown = rows.assign(representation=rows["representation"].map(names))
    for path, text in in_words(Texts(texts, "cost"), svg, png):
        save(partial(draw, shown, titles, list(majority), text), (path,))


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


def draw(rows: pd.DataFrame, titles: dict[str, str], majority: list[float], text: Texts) -> Figure:
    """Accuracy against seconds on the left, against bytes on the right.

    Both fronts are lines, and their points have numbers, which are explained below.
    """
    fronts = [on_front(rows, kind) for kind in KINDS]
    lines = max(map(len, fronts))
    figure = Figure(figsize=(11, 4.7 + 0.19 * lines), layout="constrained")
    for axes, kind, places in zip(figure.subplots(1, 2, sharey=True), KINDS, fronts, strict=True):
        column = KINDS[kind]
        draw_points(axes, rows, column, titles)
        names = draw_front(axes, places, titles, text)
        for accuracy in majority:
            name = text("majority", accuracy=f"{100 * accuracy:.1f}")
            axes.axhline(100 * accuracy, color="black", linestyle="--", linewidth=0.8, label=name)
        make_room(axes, rows[column])
        # As many lines on both sides, so that both are of one height.
        axes.set_xlabel("\n".join([text(kind), "", *names, *[" "] * (lines - len(names))]))
        axes.set_ylim(0, 104)  # room for numbers; the axis itself ends at 100
        axes.spines["left"].set_bounds(0, 100)
        axes.set_yticks(range(0, 101, 20))
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel(text("y"))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False)
    return figure


def draw_points(axes: Axes, rows: pd.DataFrame, column: str, titles: dict[str, str]) -> None:
    """A dot for each row, in the colour of its classifier."""
    for place, classifier in enumerate(dict.fromkeys(rows["classifier"])):
        of = rows[rows["classifier"] == classifier]
        y, color = 100 * of["test_accuracy_mean"], color_of(place)
        axes.plot(of[column], y, "o", label=titles[classifier], color=color, alpha=0.8, zorder=3)


def on_front(rows: pd.DataFrame, kind: str) -> list[tuple[float, float, pd.DataFrame]]:
    """The places on a front from cheap to dear: cost, accuracy in percent, and the rows there."""
    place = [KINDS[kind], "test_accuracy_mean"]
    found = rows[rows[f"pareto_{kind}"]].groupby(place)
    return [(x, 100 * accuracy, there) for (x, accuracy), there in found]


def draw_front(axes: Axes, places: list[tuple], titles: dict[str, str], text: Texts) -> list[str]:
    """The front as a line, its places numbered; what stands at each, a line of text."""
    x, y, rows = zip(*places, strict=True)
    axes.step(x, y, where="post", color="grey", linewidth=1, label=text("front"))
    for number, at in enumerate(zip(x, y, strict=True), 1):
        # Up and to the left nothing can be: it would be on the front itself.
        axes.annotate(str(number), at, (-5, 3), textcoords="offset points", ha="right", fontsize=9)
    return [f"{number}: {name_of(there, titles, text)}" for number, there in enumerate(rows, 1)]


def name_of(rows: pd.DataFrame, titles: dict[str, str], text: Texts) -> str:
    """The name of rows that lie on one point: representations, each with its classifiers."""
    named = rows.groupby("representation", sort=False)["classifier"]
    return "; ".join(
        f"{name}, {text.listed([titles[each] for each in classifiers])}"
        for name, classifiers in named
    )


def make_room(axes: Axes, x: pd.Series) -> None:
    """A logarithmic axis in plain numbers, a little wider than the points."""
    low, high = float(x.min()), float(x.max())
    wider = (high / low) ** 0.1 * 1.05
    axes.set_xscale("log")
    axes.set_xlim(low / wider, high * wider)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.xaxis.set_minor_locator(NullLocator())


if __name__ == "__main__":
    stage.main(cost)
