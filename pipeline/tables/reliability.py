"""Draw whether probabilities are right: how many answers are, against how sure they were."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime.texts import Texts
from pipeline.tables.calibration import calibration_error
from pipeline.tables.picture import BLUE

MOST = 12  # panels
ACROSS = 4
FEW = 10  # images of a bin that is no part of the line: its share says little
GREY = "#777777"


def draw(
    bins: pd.DataFrame, titles: dict[str, str], names: dict[str, str], text: Texts, n: str
) -> Figure:
    """A panel for each representation and classifier, of at most MOST the most accurate.

    bins: the table of the calibration. n: how many test images there are, in words.
    """
    groups = dict(list(bins.groupby(["representation", "classifier"], sort=False)))
    several = bins["classifier"].nunique() > 1
    shown = most_accurate(groups)
    across = min(ACROSS, len(shown), math.ceil(math.sqrt(1.5 * len(shown))))
    down = math.ceil(len(shown) / across)
    width, height = max(6.4, 0.9 + 2.4 * across), 1.5 + 2.5 * down
    figure = Figure(figsize=(width, height))
    panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, key in zip(panels, shown, strict=False):
        draw_panel(axes, groups[key], text)
        representation, classifier = key
        title = names[representation] + (f", {titles[classifier]}" if several else "")
        axes.set_title(title, fontsize=10)
    for place, axes in enumerate(panels):
        axes.tick_params(labelbottom=place + across >= len(shown))
        if place >= len(shown):
            axes.remove()
    if len(groups) > len(shown):
        n = text("most_accurate", images=n, shown=len(shown), all=len(groups))
    said = text("x", n=n)
    figure.text(0.5, 0.1 / height, said, ha="center", va="bottom")
    middle = (0.75 + 1.25 * down) / height
    figure.text(0.12 / width, middle, text("y"), rotation=90, va="center")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=3, frameon=False)
    figure.subplots_adjust(
        left=0.75 / width,
        right=1 - 0.15 / width,
        bottom=0.65 / height,
        top=1 - 0.7 / height,
        hspace=0.25,
        wspace=0.15,
    )
    return figure


def most_accurate(groups: dict) -> list:
    """The keys of the MOST most accurate, in the order that they had."""
    accuracy = {key: mean(rows[rows["calibrated"] == "true"]) for key, rows in groups.items()}
    best = set(sorted(groups, key=lambda key: -accuracy[key])[:MOST])
    return [key for key in groups if key in best]


def mean(rows: pd.DataFrame) -> float:
    full = rows[rows["n"] > 0]
    return float((full["accuracy"] * full["n"]).sum() / full["n"].sum())


def draw_panel(axes: Axes, rows: pd.DataFrame, text: Texts) -> None:
    """Before and after the temperature; a dot's area is how many images are in the bin."""
    axes.plot([0, 100], [0, 100], "--", color="black", linewidth=0.8, label=text("ideal"))
    errors = []
    for calibrated, color, label in (
        ("false", GREY, text("as_they_are")),
        ("true", BLUE, text("with_temperature")),
    ):
        mine = rows[rows["calibrated"] == calibrated]
        trial = [key for key in ("seed", "fold") if key in mine]
        of = [calibration_error(each) for _, each in mine.groupby(trial)]
        errors.append(f"{100 * sum(of) / len(of):.1f}")
        n, confidence, accuracy = pooled(mine)
        many = n >= FEW
        axes.plot(confidence[many], accuracy[many], "-", color=color, label=label, linewidth=1.2)
        size = 6 + 80 * n / n.sum()
        axes.scatter(confidence, accuracy, s=size, color=color, zorder=3, clip_on=False)
    said = text("error", before=errors[0], after=errors[1])
    axes.text(0.97, 0.03, said, transform=axes.transAxes, fontsize=7.5, ha="right", va="bottom")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks(range(0, 101, 25), ["0", "", "50", "", "100"])
    axes.set_yticks(range(0, 101, 25))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def pooled(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Of each bin with images: how many there are in all trials, confidence and accuracy in %."""
    full = rows[rows["n"] > 0]
    sums = full[["confidence", "accuracy"]].mul(full["n"], axis=0).groupby(full["bin"]).sum()
    n = full.groupby("bin")["n"].sum()
    return n, 100 * sums["confidence"] / n, 100 * sums["accuracy"] / n
