"""Draw the comparison as one picture: test accuracy of each representation and classifier."""

from functools import partial
from pathlib import Path

import pandas as pd
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
    """Horizontal bars from 0; representations from top to bottom in the order of the config."""
    representations = list(dict.fromkeys(table["representation"]))
    classifiers = list(dict.fromkeys(table["classifier"]))
    height = 0.8 / len(classifiers)
    figure = Figure(figsize=(8, 1.2 + 0.6 * len(representations)), layout="constrained")
    axes = figure.add_subplot()
    for place, classifier in enumerate(classifiers):
        rows = table[table["classifier"] == classifier]
        y = [
            representations.index(name) - 0.4 + height * (place + 0.5)
            for name in rows["representation"]
        ]
        accuracy = 100 * rows["test_accuracy_mean"]
        spread = 100 * rows["test_accuracy_std"].fillna(0)
        bars = axes.barh(
            y,
            accuracy,
            height * 0.92,
            xerr=spread if spread.any() else None,
            color=color_of(place),
            label=titles[classifier],
        )
        axes.bar_label(bars, [f"{value:.1f}" for value in accuracy], padding=3, fontsize=9)
    axes.set_yticks(
        range(len(representations)), [name.replace("_", " ") for name in representations]
    )
    axes.invert_yaxis()
    axes.set_xlim(0, 109)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("test accuracy (%)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=2, frameon=False)
    return figure


if __name__ == "__main__":
    stage.main(plot)
