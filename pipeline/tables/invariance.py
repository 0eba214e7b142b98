"""Join what disturbed test images lead to, draw what is lost, and say what is seen in it."""

from functools import partial
from itertools import cycle
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline.runtime import stage
from pipeline.runtime.store import write_text
from pipeline.tables.picture import save

NOTHING = 0.5  # points: who loses or gains less than this loses next to nothing
FEW = 10.0  # points: the darkest colour stands for this much at least
ROW = ["representation", "classifier"]
NOTE = (
    "The models are those of the run, and are not trained again. What a representation does not "
    "keep of an image, no classifier can miss: where nothing is lost, it does not see the "
    "disturbance, or what it sees makes no difference to the classes, as with mirrored images of "
    "things that look to either side. Numbers are points of test accuracy, "
    "those beside the rows the accuracy on images as they are; invariance.csv has all of them."
)


def invariance(
    records: list,
    folds: list,
    words: list,
    titles: dict,
    accuracies: Path,
    table: Path,
    svg: Path,
    png: Path,
    sentence: Path,
    readable: Path,
) -> None:
    """Write the table, the picture, and sentences, alone and on a page with the picture.

    records: of each disturbance, a file for each trial. folds: those of a seed, if there are any:
    records go through them in turn. words: of each disturbance, its key and how people say it.
    titles: classifiers' names to show. accuracies: the table of this name, of images as they are.
    """
    rows = joined(records, folds)
    rows = with_undisturbed(rows, pd.read_csv(accuracies, dtype=str, keep_default_na=False))
    write_text(table, rows.to_csv(index=False, float_format="%.7g"))
    said_as = dict(words)
    lost = 100 * mean_loss(rows, list(said_as))
    whole = 100 * rows.groupby(ROW, sort=False)["undisturbed"].mean()
    save(partial(draw, lost, whole, said_as, titles), (svg, png))
    said = [by_representation(lost, said_as), by_disturbance(lost, said_as)]
    write_text(sentence, "\n".join([*said[0], *said[1]]) + "\n")
    page = ["# What each representation sees", NOTE, "![](invariance.svg)"]
    page += ["\n".join(f"- {line}" for line in some) for some in said if some]
    write_text(readable, "\n\n".join(page) + "\n")


def joined(paths: list[str], folds: list[int]) -> pd.DataFrame:
    """The rows of all files; with folds, behind the seed the fold that each file is of."""
    text = {"disturbance": str, "amount": str, "representation": str, "classifier": str}
    tables = [pd.read_csv(path, dtype=text, keep_default_na=False) for path in paths]
    for rows, fold in zip(tables, cycle(folds), strict=False):
        rows.insert(rows.columns.get_loc("seed") + 1, "fold", fold)
    return pd.concat(tables, ignore_index=True)


def with_undisturbed(rows: pd.DataFrame, accuracies: pd.DataFrame) -> pd.DataFrame:
    """The rows, with the accuracy on images as they are, and what is lost, shares of 1."""
    of = [*ROW, *(key for key in ("seed", "fold") if key in rows)]
    plain = accuracies[accuracies["split"] == "test"][[*of, "accuracy"]]
    plain = plain.rename(columns={"accuracy": "undisturbed"})
    plain = plain.astype({"undisturbed": float, **dict.fromkeys(of[2:], int)})
    found = rows.merge(plain, on=of, how="left")
    # Both have seven digits, and so has the difference.
    return found.assign(lost=(found["undisturbed"] - found["accuracy"]).round(7) + 0.0)


def mean_loss(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """What is lost, the mean over trials: a line for each row of the tables, a column for each key
    of a disturbance, both in the order in which they come.
    """
    key = rows["disturbance"] + np.where(rows["amount"] == "", "", "-" + rows["amount"])
    found = rows.assign(key=key).pivot_table(index=ROW, columns="key", values="lost", sort=False)
    return found[keys]


def by_representation(lost: pd.DataFrame, words: dict[str, str]) -> list[str]:
    """Of each representation what takes nothing from it, and what takes the most.

    Of several classifiers the mean counts: it is the representation that is asked about.
    """
    said = []
    for name, row in lost.groupby("representation", sort=False).mean().iterrows():
        nothing = [words[key] for key in row.index[row.abs() < NOTHING]]
        worst = row.idxmax()
        least = f"next to nothing on images {listed(nothing)}" if nothing else "by each of them"
        most = f"most, {row[worst]:.1f} points, on images {words[worst]}"
        said.append(f"{name} loses {least}; {most}.")
    return said


def by_disturbance(lost: pd.DataFrame, words: dict[str, str]) -> list[str]:
    """Of each disturbance, which representation loses the least and which the most."""
    means = lost.groupby("representation", sort=False).mean().round(1) + 0.0  # no -0.0
    if len(means) < 2:
        return []
    said = []
    for key, column in means.items():
        least, most = column.idxmin(), column.idxmax()
        said.append(
            f"Images {words[key]}: {least} loses the least ({column[least]:.1f} points), {most} "
            f"the most ({column[most]:.1f})."
        )
    return said


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def readable_on(color: np.ndarray) -> str:
    """Black or white, whichever stands out more from a colour (3,) of 0..1, by WCAG's contrast."""
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    light = float(linear @ [0.2126, 0.7152, 0.0722])
    return "white" if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "black"


def draw(
    lost: pd.DataFrame, whole: pd.Series, words: dict[str, str], titles: dict[str, str]
) -> Figure:
    """A heat map: a row for each representation and classifier, a column for each disturbance.

    lost: in points, as `mean_loss`. whole: accuracy on images as they are, in percent.
    """
    n_rows, n_columns = lost.shape
    figure = Figure(figsize=(3.2 + 0.52 * n_columns, 2.0 + 0.27 * n_rows), layout="constrained")
    axes = figure.add_subplot()
    top = max(FEW, float(lost.to_numpy().max()))
    image = axes.imshow(lost, cmap="Oranges", vmin=0, vmax=top, aspect="auto")
    for (i, j), value in np.ndenumerate(lost.to_numpy()):
        number = f"{value:.0f}" if abs(value) >= NOTHING else "0"
        color = readable_on(np.array(image.cmap(image.norm(value)))[:3])
        axes.text(j, i, number, ha="center", va="center", fontsize=8, color=color)
    names = [
        f"{name.replace('_', ' ')}, {titles[classifier]} ({whole[name, classifier]:.1f} %)"
        for name, classifier in lost.index
    ]
    axes.set_yticks(range(n_rows), names, fontsize=9)
    axes.set_xticks(range(n_columns), [words[key] for key in lost.columns], fontsize=9)
    for each in axes.get_xticklabels():
        each.set(rotation=40, horizontalalignment="right", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0)
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, label="test accuracy lost (points)", shrink=0.9, pad=0.01)
    return figure


if __name__ == "__main__":
    stage.main(invariance)
