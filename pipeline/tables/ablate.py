"""Compare variants of a feature, to show what each of its settings is worth.

The result is a table, and a picture of accuracy against one of the settings.
"""

from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.runtime.store import write_text
from pipeline.tables.picture import color_of, save


def ablate(summary: Path, ablation: dict, titles: dict, table: Path, svg: Path, png: Path) -> None:
    """Write the table and the picture.

    summary: the table of accuracies. ablation: as `Plan.ablation` describes it. titles: the
    classifiers' names in the picture.
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
    save(partial(draw, merged, titles, along, lines, ablation["label"]), (svg, png))


def flat(block: dict) -> dict:
    """A block's settings without groups: those inside a group come first, then the others."""
    groups = [value for value in block.values() if isinstance(value, dict)]
    plain = {key: value for key, value in block.items() if not isinstance(value, dict)}
    return {key: value for group in groups for key, value in group.items()} | plain


def draw(
    merged: pd.DataFrame, titles: dict[str, str], along: str, lines: str, label: str
) -> Figure:
    """A panel for each classifier: a line for each value of the setting `lines`.

    The horizontal axis, labelled `label`, shows the values of the setting `along`.
    """
    classifiers = list(dict.fromkeys(merged["classifier"]))
    figure = Figure(figsize=(1 + 4.5 * len(classifiers), 4.2), layout="constrained")
    panels = figure.subplots(1, len(classifiers), sharey=True, squeeze=False)[0]
    for axes, classifier in zip(panels, classifiers, strict=True):
        rows = merged[merged["classifier"] == classifier]
        for place, value in enumerate(dict.fromkeys(merged[lines])):
            draw_line(axes, rows[rows[lines] == value], along, value, color_of(place))
        ticks = sorted(rows[along].unique())
        axes.set_xscale("log", base=2)
        axes.set_xticks(ticks, [f"{n:,}" for n in ticks])
        axes.minorticks_off()
        axes.set_xlabel(label)
        axes.set_title(titles[classifier], fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    panels[0].set_ylabel("test accuracy (%)")
    panels[0].legend(frameon=False)
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


if __name__ == "__main__":
    stage.main(ablate)
