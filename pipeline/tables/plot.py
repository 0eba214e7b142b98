"""Draw the comparison as one picture: test accuracy of each representation and classifier."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.tables.picture import color_of, save


def plot(summary: Path, titles: dict, svg: Path, png: Path) -> None:
    """Write the picture. summary: a table of accuracies. titles: classifiers' names to show."""
    # Only the spread can be missing. All else is text as it stands: a representation may be
    # called NA.
    table = pd.read_csv(summary, keep_default_na=False, na_values={"test_accuracy_std": [""]})
    save(partial(draw, table, titles), (svg, png))


def draw(table: pd.DataFrame, titles: dict[str, str]) -> Figure:
    """Horizontal bars from 0; representations from top to bottom in the order of the config.

    A dashed line stands where always answering the largest class is, the row without a classifier.
    """
    is_bar = table["classifier"] != ""
    bars, majority = table[is_bar], 100 * table[~is_bar]["test_accuracy_mean"]
    representations = list(dict.fromkeys(bars["representation"]))
    classifiers = list(dict.fromkeys(bars["classifier"]))
    inches = len(representations) * (0.12 + 0.24 * len(classifiers))
    figure = Figure(figsize=(8, 1.2 + inches), layout="constrained")
    axes = figure.add_subplot()
    for place, classifier in enumerate(classifiers):
        rows = bars[bars["classifier"] == classifier]
        y = np.array([representations.index(name) for name in rows["representation"]])
        y = y - 0.4 + 0.8 / len(classifiers) * (place + 0.5)
        draw_bars(axes, y, rows, 0.8 / len(classifiers), color_of(place), titles[classifier])
    for accuracy in majority:
        label = f"largest class: {accuracy:.1f} %"
        axes.axvline(accuracy, color="black", linestyle="--", linewidth=0.8, label=label)
    names = [name.replace("_", " ") for name in representations]
    axes.set_yticks(range(len(representations)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 109)  # room for numbers beside bars; the axis itself ends at 100
    axes.spines["bottom"].set_bounds(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("test accuracy (%)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    return figure


def draw_bars(
    axes: Axes, y: np.ndarray, rows: pd.DataFrame, height: float, color: str, label: str
) -> None:
    """The bars of one classifier at y, each with its number beside it, and its spread."""
    accuracy = 100 * rows["test_accuracy_mean"]
    error = "test_accuracy_corrected_error"  # with folds only
    spread = 100 * rows[error if error in rows else "test_accuracy_std"].fillna(0)
    xerr = spread if spread.any() else None
    bars = axes.barh(y, accuracy, height * 0.92, xerr=xerr, color=color, label=label)
    under = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # so that no line crosses it
    numbers = [f"{value:.1f}" for value in accuracy]
    axes.bar_label(bars, numbers, padding=3, fontsize=9, bbox=under, zorder=3)


if __name__ == "__main__":
    stage.main(plot)
