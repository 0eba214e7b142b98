"""Draw the comparison: test accuracy of every row, and whether its probabilities are right."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.runtime.texts import Texts
from pipeline.tables import reliability
from pipeline.tables.picture import color_of, in_words, save


def plot(
    summary: Path,
    accuracy: Path,
    titles: dict,
    names: dict,
    texts: Path,
    svg: Path,
    png: Path,
    calibration: Path | None = None,
    calibration_svg: Path | None = None,
    calibration_png: Path | None = None,
) -> None:
    """Write the pictures. summary, accuracy, calibration: tables of these names.

    titles, names: of classifiers and of representations, as they are shown. texts: what pictures
    say, see `runtime.texts`. There is no picture of the calibration where no classifier has
    probabilities that could be.
    """
    # Some numbers can be missing. All text is as it stands: a representation may be called NA.
    words = dict.fromkeys(("representation", "classifier", "like_best", "calibrated"), str)
    read = partial(pd.read_csv, keep_default_na=False, dtype=words)
    numbers = {name: [""] for name in ("test_accuracy_std", "confidence", "accuracy")}
    table, images = read(summary, na_values=numbers), read(accuracy)
    for path, text in in_words(Texts(texts, "accuracy"), svg, png):
        n = counted(images, text)
        save(partial(draw, table, titles, names, text, n), (path,))
    if calibration is not None and calibration_svg is not None and calibration_png is not None:
        bins = read(calibration, na_values=numbers)
        pictures = calibration_svg, calibration_png
        for path, text in in_words(Texts(texts, "calibration"), *pictures):
            n = counted(images, text)
            save(partial(reliability.draw, bins, titles, names, text, n), (path,))


def counted(accuracy: pd.DataFrame, text: Texts) -> str:
    """How many test images there are, of the seed with the fewest, in words."""
    first = accuracy.iloc[-1]
    keys = ["representation", "classifier"]
    mine = (accuracy[keys] == first[keys]).all(axis=1) & (accuracy["split"] == "test")
    counts = accuracy[mine].groupby("seed")["n"].sum()
    said = text("or_more" if counts.min() < counts.max() else "images", n=f"{counts.min():,}")
    return text("seeds", images=said, n=len(counts)) if len(counts) > 1 else said


def draw(
    table: pd.DataFrame, titles: dict[str, str], names: dict[str, str], text: Texts, n: str
) -> Figure:
    """Horizontal bars from 0 to 100; representations from top to bottom in the config's order.

    A dashed line stands where always answering the largest class is, the row without a classifier.
    n: how many test images there are, in words.
    """
    is_bar = table["classifier"] != ""
    bars, majority = table[is_bar], 100 * table[~is_bar]["test_accuracy_mean"]
    representations = list(dict.fromkeys(bars["representation"]))
    classifiers = list(dict.fromkeys(bars["classifier"]))
    inches = len(representations) * (0.12 + 0.24 * len(classifiers))
    figure = Figure(figsize=(8, 1.4 + inches), layout="constrained")
    axes = figure.add_subplot()
    marked = len(bars) > 1
    for place, classifier in enumerate(classifiers):
        rows = bars[bars["classifier"] == classifier]
        y = np.array([representations.index(name) for name in rows["representation"]])
        y = y - 0.4 + 0.8 / len(classifiers) * (place + 0.5)
        height = 0.8 / len(classifiers)
        draw_bars(axes, y, rows, height, color_of(place), titles[classifier], marked)
    for accuracy in majority:
        label = text("majority", accuracy=f"{accuracy:.1f}")
        axes.axvline(accuracy, color="black", linestyle="--", linewidth=0.8, label=label)
    axes.set_yticks(range(len(representations)), [names[name] for name in representations])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    star = f"\n{text('star')}" * marked
    axes.set_xlabel(text("x", n=n) + star)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    return figure


def draw_bars(
    axes: Axes,
    y: np.ndarray,
    rows: pd.DataFrame,
    height: float,
    color: str,
    label: str,
    marked: bool,
) -> None:
    """The bars of one classifier at y, each with its interval, and its number beside it."""
    accuracy = 100 * rows["test_accuracy_mean"]
    thin = {"elinewidth": 1, "capsize": 2, "ecolor": "black"}
    bars = axes.barh(
        y, accuracy, height * 0.92, xerr=reach(rows), error_kw=thin, color=color, label=label
    )
    under = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # so that no line crosses it
    stars = [" *" if marked and like == "true" else "" for like in rows["like_best"]]
    numbers = [f"{value:.1f}{star}" for value, star in zip(accuracy, stars, strict=True)]
    axes.bar_label(bars, numbers, padding=3, fontsize=9, bbox=under, zorder=3)


def reach(rows: pd.DataFrame) -> np.ndarray:
    """How far the intervals reach to the left and right of the accuracy, in points, (2, n)."""
    low, mean, high = (
        100 * rows[f"test_accuracy_{end}"].to_numpy() for end in ("low", "mean", "high")
    )
    return np.maximum(0, [mean - low, high - mean])


if __name__ == "__main__":
    stage.main(plot)
