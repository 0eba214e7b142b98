"""What each choice of a bag of words is worth: one table, and accuracy against words."""

from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from pipeline import stage
from pipeline.picture import BLUE, GREEN, NAMES, ORANGE, PURPLE, save
from pipeline.store import write_text

ENCODINGS = {"hard": ORANGE, "triangle": BLUE, "soft_threshold": GREEN, "nearest": PURPLE}


def ablate(summary: Path, blocks: dict, table: Path, svg: Path, png: Path) -> None:
    """blocks: of each representation that is one bag of words alone, the settings."""
    settings = pd.DataFrame(
        [
            {"representation": name, **block.pop("codebook"), **block}
            for name, block in blocks.items()
        ]
    ).drop(columns="feature")
    # Nothing but a spread can be missing: a representation may be called NA.
    results = pd.read_csv(summary, keep_default_na=False, na_values={"test_accuracy_std": [""]})
    merged = settings.merge(results, on="representation")
    write_text(table, merged.to_csv(index=False, float_format="%.7g"))
    save(partial(draw, merged), (svg, png))


def draw(merged: pd.DataFrame) -> Figure:
    """A panel for each classifier, a line for each encoding, over the number of words.

    Where several representations share encoding and number of words, the line runs through the
    first by name, such as triangle_800 of triangle_800 and triangle_800_random; the others are
    dots.
    """
    classifiers = list(dict.fromkeys(merged["classifier"]))
    figure = Figure(figsize=(1 + 4.5 * len(classifiers), 4.2), layout="constrained")
    panels = figure.subplots(1, len(classifiers), sharey=True, squeeze=False)[0]
    for axes, classifier in zip(panels, classifiers, strict=True):
        rows = merged[merged["classifier"] == classifier]
        for encoding, color in ENCODINGS.items():
            some = rows[rows["encoding"] == encoding]
            if some.empty:
                continue
            by_name = some.sort_values("representation")
            first = by_name.drop_duplicates("words").sort_values("words")
            axes.plot(some["words"], 100 * some["test_accuracy_mean"], ".", color=color, alpha=0.4)
            label = encoding.replace("_", " ")
            accuracy = 100 * first["test_accuracy_mean"]
            axes.plot(first["words"], accuracy, "o-", color=color, label=label)
        words = sorted(rows["words"].unique())
        axes.set_xscale("log", base=2)
        axes.set_xticks(words, [f"{n:,}" for n in words])
        axes.minorticks_off()
        axes.set_xlabel("words in the codebook")
        axes.set_title(NAMES[classifier], fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    panels[0].set_ylabel("test accuracy (%)")
    panels[0].legend(frameon=False)
    return figure


if __name__ == "__main__":
    stage.main(ablate)
