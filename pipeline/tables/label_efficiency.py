"""Join what few labels lead to, draw it, and say from how many on learned features are ahead."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import write_text
from pipeline.runtime.texts import Texts
from pipeline.tables.crossing import crossing, resampled
from pipeline.tables.picture import COLORS, color_of, in_words, save

# What features know, in the words of the tables: from labels, or by a person's hand or from images
# without labels. Those that know both are compared with neither, and so are pixels as they are.
FROM_LABELS = {"labels of these images", "another data set"}
BY_HAND = {"hand-made", "unlabelled images"}
STYLES = {"learned": "-", "hand-made": "--", "both": "-.", "pixels": ":"}
SHAPES = "os^D"  # of the points; the next one where colours begin anew


def label_efficiency(
    records: list,
    points: list,
    knows: dict,
    left_out: list,
    texts: Path,
    table: Path,
    svg: Path,
    png: Path,
    sentence: Path,
    readable: Path,
) -> None:
    """Write the table, the picture, and the sentence, alone and on a page with the picture.

    records: paths, one for each representation, in which {point} stands for one of `points`.
    knows: by representation and classifier, what each knows beside the image. left_out: the
    representations that take no part.
    """
    paths = [path.format(point=point) for path in records for point in points]
    names = {"representation": str, "classifier": str}
    every = [pd.read_csv(path, dtype=names, keep_default_na=False) for path in paths]
    rows = pd.concat(every, ignore_index=True)
    of = zip(rows["representation"], rows["classifier"], strict=True)
    rows["knows"] = [knows[name][classifier] for name, classifier in of]
    rows["chosen"] = chosen(rows, ["representation", "knows"])
    write_text(table, rows.to_csv(index=False, float_format="%.7g"))
    text = Texts(texts, "label_efficiency")
    for path, words in in_words(text, svg, png):
        save(partial(draw, rows[rows["chosen"]], words), (path,))
    said = describe(rows, generator(int(rows["seed"].iloc[0]), "label efficiency"), text)
    write_text(sentence, said + "\n")
    page = [f"# {text('title')}", said, "![](label_efficiency.svg)", text("note")]
    page += [text("left_out", name=name) for name in left_out]
    write_text(readable, "\n\n".join(page) + "\n")


def chosen(rows: pd.DataFrame, within: list[str]) -> np.ndarray:
    """Which row of each point is chosen by its validation labels, bool (n,).

    within: the columns that are the same for all rows of a point, beside share and draw. Of equal
    accuracies the one of lower validation loss is chosen.
    """
    best = rows.sort_values(["validation_accuracy", "validation_loss"], ascending=[False, True])
    return rows.index.isin(best.drop_duplicates([*within, "share", "draw"]).index)


def kind(knows: str) -> str:
    """A key of STYLES. knows: as the tables have it, parts of it with commas between."""
    parts = set(knows.split(", "))
    learned, by_hand = bool(parts & FROM_LABELS), bool(parts & BY_HAND)
    if learned and by_hand:
        return "both"
    return "learned" if learned else "hand-made" if by_hand else "pixels"


def describe(rows: pd.DataFrame, rng: np.random.Generator, text: Texts) -> str:
    """From how many labels on learned features overtake hand-made ones, and how sure that is.

    Of each kind the row is taken that is best on the validation labels of its draw.
    """
    rows = rows.assign(kind=rows["knows"].map(kind))
    best = rows[chosen(rows, ["kind"])].pivot(
        index=["labels", "draw"], columns="kind", values="test_accuracy"
    )
    for name, missing in (("learned", "no_learned"), ("hand-made", "no_hand_made")):
        if name not in best:
            return text(missing)
    difference = (best["learned"] - best["hand-made"]).groupby("labels")
    labels = difference.mean().index.to_numpy(float)
    at = crossing(labels, difference.mean().to_numpy())
    found = resampled(labels, [each.to_numpy() for _, each in difference], rng)
    if np.isinf(at):
        agree = 100 * np.isinf(found).mean()
        return text("never", labels=f"{labels[-1]:,.0f}", agree=agree, n=len(found))
    ends = np.percentile(found, [2.5, 97.5], method="lower")
    low, high = (number(each, labels, text) for each in ends)
    key = "with" if at == labels[0] else "from"
    return text(key, labels=f"{at:,.0f}", low=low, high=high)


def number(at: float, labels: np.ndarray, text: Texts) -> str:
    return text("beyond", labels=f"{labels[-1]:,.0f}") if np.isinf(at) else f"{at:,.0f}"


def known(knows: str, text: Texts) -> str:
    """What is known, in the words of the language. knows: as the tables have it."""
    return ", ".join(text(f"knows.{each}") for each in knows.split(", "))


def draw(rows: pd.DataFrame, text: Texts) -> Figure:
    """A line for each representation and what is known: the mean of the draws, and their range."""
    lines = rows.groupby(["representation", "knows"], sort=False)
    figure = Figure(figsize=(6.4, 3.8 + 0.2 * len(lines)), layout="constrained")
    axes = figure.add_subplot()
    for place, ((name, knows), mine) in enumerate(lines):
        accuracy = 100 * mine.groupby("labels")["test_accuracy"].agg(["mean", "min", "max"])
        at, mean = accuracy.index, accuracy["mean"]
        spread = [mean - accuracy["min"], accuracy["max"] - mean]
        label = text("line", name=name.replace("_", " "), knows=known(knows, text))
        style = SHAPES[place // len(COLORS) % len(SHAPES)] + STYLES[kind(knows)]
        axes.errorbar(at, mean, spread, fmt=style, color=color_of(place), ms=4,
                      label=label.replace("$", r"\$"))  # fmt: skip
    ticks = sorted(rows["labels"].unique())
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{n:,}" for n in ticks])
    axes.minorticks_off()
    axes.set_xlabel(text("x"))
    axes.set_ylabel(text("y"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    figure.legend(loc="outside lower center", frameon=False, fontsize=9)
    return figure


if __name__ == "__main__":
    stage.main(label_efficiency)
