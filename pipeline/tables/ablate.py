"""Compare variants of a feature, to show what each of its settings is worth.

The result is a table, and a picture of accuracy against one of the settings.
"""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.runtime.store import write_text
from pipeline.tables.picture import color_of, save

NAMED, NUMBERED = 20, 10  # of the best, in the list, and beside their dots


def ablate(
    summary: Path,
    ablation: dict,
    titles: dict,
    names: dict,
    table: Path,
    svg: Path,
    png: Path,
) -> None:
    """Write the table and the picture.

    summary: the table of accuracies. ablation: as `Plan.ablation` describes it. titles, names: of
    classifiers and of representations, as the picture shows them.
    """
    settings = pd.DataFrame(
        [{"representation": name, **flat(block)} for name, block in ablation["blocks"].items()]
    ).drop(columns="feature")
    # Only the spread can be missing. All else is text as it stands: a representation may be
    # called NA.
    results = pd.read_csv(summary, keep_default_na=False, na_values={"test_accuracy_std": [""]})
    merged = settings.merge(results, on="representation")
    write_text(table, merged.to_csv(index=False, float_format="%.7g"))
    along, lines = (ablation[key].rpartition(".")[2] for key in ("along", "lines"))
    save(partial(draw, merged, titles, names, along, lines, ablation["label"]), (svg, png))


def flat(block: dict) -> dict:
    """A block's settings without groups: those inside a group come first, then the others."""
    groups = [value for value in block.values() if isinstance(value, dict)]
    plain = {key: value for key, value in block.items() if not isinstance(value, dict)}
    return {key: value for group in groups for key, value in group.items()} | plain


def draw(
    merged: pd.DataFrame,
    titles: dict[str, str],
    names: dict[str, str],
    along: str,
    lines: str,
    label: str,
) -> Figure:
    """A panel for each classifier, and one with the best of all by name.

    Each has a line for each value of the setting `lines`. The horizontal axis, labelled `label`,
    shows the values of the setting `along`.
    """
    classifiers = list(dict.fromkeys(merged["classifier"]))
    colors = {value: color_of(i) for i, value in enumerate(dict.fromkeys(merged[lines]))}
    best = merged.sort_values("test_accuracy_mean", ascending=False, kind="stable").head(NAMED)
    best = best.assign(rank=range(1, len(best) + 1))
    height = max(4.2, 1.3 + 0.21 * len(best))
    figure = Figure(figsize=(5.5 + 4.5 * len(classifiers), height), layout="constrained")
    *panels, ranking = figure.subplots(1, len(classifiers) + 1)
    for axes, classifier in zip(panels, classifiers, strict=True):
        axes.sharey(panels[0])
        rows = merged[merged["classifier"] == classifier]
        for value, color in colors.items():
            draw_line(axes, rows[rows[lines] == value], along, value, color)
        ticks = sorted(rows[along].unique())
        axes.set_xscale("log", base=2)
        axes.set_xticks(ticks, [f"{n:,}" for n in ticks])
        axes.minorticks_off()
        axes.set_xlabel(label)
        axes.set_title(titles[classifier], fontsize=11)
        axes.margins(x=0.12)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    panels[0].set_ylabel("test accuracy (%)")
    panels[0].legend(frameon=False)
    numbered = best.head(NUMBERED)
    gap = 0.13 / (height - 1.2)  # the share of the axis that a number takes
    for axes, classifier in zip(panels, classifiers, strict=True):
        write_ranks(axes, numbered[numbered["classifier"] == classifier], along, gap)
    shown = titles if len(classifiers) > 1 else {}
    draw_ranking(ranking, best, [colors[value] for value in best[lines]], shown, names)
    ranking.set_title(f"the best {len(best)} of {len(merged)}", fontsize=11)
    return figure


def draw_line(axes: Axes, rows: pd.DataFrame, along: str, value: object, color: str) -> None:
    """A dot for each row, and a line through one row at each value of `along`.

    It is the first by name, such as triangle_800 of triangle_800 and triangle_800_random.
    """
    if rows.empty:
        return
    first = rows.sort_values("representation").drop_duplicates(along).sort_values(along)
    axes.plot(rows[along], 100 * rows["test_accuracy_mean"], ".", color=color, alpha=0.4)
    accuracy = 100 * first["test_accuracy_mean"]
    axes.plot(first[along], accuracy, "o-", color=color, label=str(value).replace("_", " "))


def write_ranks(axes: Axes, best: pd.DataFrame, along: str, gap: float) -> None:
    """The rank of each of the best beside its dot; gap: the least between two, as a share."""
    low, high = axes.get_ylim()
    for at, rows in best.groupby(along):
        accuracy = 100 * rows["test_accuracy_mean"].to_numpy()
        for rank, y, place in zip(
            rows["rank"], accuracy, apart(accuracy, gap * (high - low)), strict=True
        ):
            axes.annotate(
                str(rank),
                (at, y),
                (12, place),
                textcoords=("offset points", "data"),
                arrowprops={"arrowstyle": "-", "linewidth": 0.4, "color": "grey", "shrinkB": 2},
                va="center",
                fontsize=7.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.8},
            )


def apart(values: np.ndarray, gap: float) -> np.ndarray:
    """Places (n,) for falling values, each near its own, and no two nearer than the gap."""
    runs: list[tuple[float, int]] = []  # the middle of places side by side, and how many they are
    for value in values:
        middle, n = float(value), 1
        while runs and runs[-1][0] - middle < gap * (runs[-1][1] + n) / 2:
            above, more = runs.pop()
            middle, n = (above * more + middle * n) / (more + n), more + n
        runs.append((middle, n))
    return np.array([middle + gap * ((n - 1) / 2 - i) for middle, n in runs for i in range(n)])


def draw_ranking(
    axes: Axes,
    best: pd.DataFrame,
    colors: list[str],
    titles: dict[str, str],
    names: dict[str, str],
) -> None:
    """The best by name, from the top down, each with its interval; titles: empty for one."""
    places = range(len(best))
    for place, color, row in zip(places, colors, best.itertuples(), strict=True):
        low, mean, high = (
            100 * getattr(row, f"test_accuracy_{end}") for end in ("low", "mean", "high")
        )
        axes.plot([low, high], [place, place], color=color, linewidth=1)
        axes.plot([mean], [place], "o", color=color, markersize=5)
    of = zip(best["rank"], best["representation"], best["classifier"], strict=True)
    labels = [
        f"{names[name]}{', ' * bool(titles)}{titles.get(classifier, '')}  {rank:\u2007>2}"
        for rank, name, classifier in of
    ]
    axes.set_yticks(places, labels, fontsize=8.5)
    axes.set_ylim(len(best) - 0.4, -0.6)
    axes.set_xlabel("test accuracy (%) and its 95 % interval")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", alpha=0.3)


if __name__ == "__main__":
    stage.main(ablate)
