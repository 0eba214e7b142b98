"""Join the records of all representations and seeds into the tables of results."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.runtime import stage
from pipeline.runtime.store import read_arrays, write_csv, write_text

UNEQUAL = 1.5  # times the smallest class is the largest: then balanced accuracy says more


def collect(
    records: list,
    kinds: list,
    table: str,
    curves: dict | None = None,
    classifiers: list | None = None,
    readable: Path | None = None,
) -> None:
    """Write a table for each kind of record and of curve, and, if `readable` is given, a summary.

    records: paths, one for each representation and seed, in which {kind} stands for the kind of
    record. kinds: such as "accuracy". table: the path of the tables, in which {name} stands for
    the name of one. curves, classifiers: as `Plan.curves` and `Plan.classifiers` describe them.
    readable: the file for the summary in Markdown.
    """
    # Cells are copied as text: numbers stay as they were written, and a class may be called NA.
    as_written = partial(pd.read_csv, dtype=str, keep_default_na=False)
    tables = {
        kind: pd.concat([as_written(record.format(kind=kind)) for record in records])
        for kind in kinds
    }
    for kind, rows in tables.items():
        write_text(Path(table.format(name=kind)), rows.to_csv(index=False))
    for name, curve in (curves or {}).items():
        columns = ("block", "seed", "iteration", *curve["columns"])
        write_csv(Path(table.format(name=name)), columns, points(**curve))
    if readable is not None:
        summary = summarize(tables["accuracy"], tables["confusion"])
        shares = class_shares(tables["confusion"])
        text = summary.to_csv(index=False, float_format="%.7g")
        write_text(Path(table.format(name="summary")), text)
        warned = [*fit_warnings(curves or {}), *warnings(tables["sweep"], classifiers or [])]
        write_text(readable, "\n\n".join([in_markdown(summary, shares), *warned]) + "\n")


def summarize(accuracy: pd.DataFrame, confusion: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds of validation and test accuracy, and the spread of test accuracy.

    The spread is the standard deviation (with n - 1), empty for one seed. Balanced accuracy is the
    mean over classes of the share that is right; unseen are test images whose pixels are not among
    the training images, empty where all are.
    """
    keys = ["representation", "n_features", "classifier"]
    value = accuracy.assign(accuracy=accuracy["accuracy"].astype(float))
    by_split = value.pivot_table(
        index=[*keys, "seed"], columns="split", values="accuracy", sort=False
    ).reset_index()
    by_split = by_split.merge(balanced(confusion), on=["representation", "classifier", "seed"])
    if "test_unseen" not in by_split:
        by_split["test_unseen"] = float("nan")
    summary = by_split.groupby(keys, sort=False).agg(
        n_seeds=("seed", "size"),
        validation_accuracy_mean=("validation", "mean"),
        test_accuracy_mean=("test", "mean"),
        test_accuracy_std=("test", "std"),
        test_balanced_accuracy_mean=("balanced", "mean"),
        test_unseen_accuracy_mean=("test_unseen", "mean"),
    )
    return summary.reset_index()


def balanced(confusion: pd.DataFrame) -> pd.DataFrame:
    """The balanced accuracy on test images of each representation, classifier and seed."""
    keys = ["representation", "classifier", "seed"]
    counts = confusion.assign(n=confusion["n"].astype(float))
    total = counts.groupby([*keys, "class"], sort=False)["n"].sum()
    right = counts[counts["class"] == counts["predicted"]].set_index([*keys, "class"])["n"]
    recall = (right / total)[total > 0]
    return recall.groupby(keys, sort=False).mean().rename("balanced").reset_index()


def class_shares(confusion: pd.DataFrame) -> pd.Series:
    """The share of each class among the test images, over all seeds."""
    first = confusion.iloc[0]
    same = confusion["representation"] == first["representation"]
    rows = confusion[same & (confusion["classifier"] == first["classifier"])]
    counts = rows.assign(n=rows["n"].astype(float)).groupby("class", sort=False)["n"].sum()
    return counts / counts.sum()


def in_markdown(summary: pd.DataFrame, shares: pd.Series) -> str:
    """The summary as a Markdown table.

    shares: of the classes among the test images. The row `majority` is what always answering the
    largest class has; where classes are unequal, balanced accuracy stands beside accuracy.
    """
    unequal = bool(shares.max() > UNEQUAL * shares.min())
    some_seen = bool(summary["test_unseen_accuracy_mean"].notna().any())
    head = ["representation", "features", "classifier", "validation", "test"]
    rows = [head + ["balanced"] * unequal + ["unseen test"] * some_seen]
    rows.append(["majority", "0", "", "", f"{shares.max():.3f}"])
    rows[-1] += [f"{1 / (shares > 0).sum():.3f}"] * unequal + [""] * some_seen
    for row in summary.itertuples():
        spread = "" if row.n_seeds == 1 else f" ± {row.test_accuracy_std:.3f}"
        validation, test = row.validation_accuracy_mean, row.test_accuracy_mean
        numbers = [f"{validation:.3f}", f"{test:.3f}{spread}"]
        numbers += [f"{row.test_balanced_accuracy_mean:.3f}"] * unequal
        numbers += [f"{row.test_unseen_accuracy_mean:.3f}"] * some_seen
        rows.append([row.representation, str(row.n_features), row.classifier, *numbers])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def warnings(sweep: pd.DataFrame, classifiers: list) -> list[str]:
    """A line for each chosen setting that lies on the edge of its grid."""
    described = {each["name"]: each for each in classifiers}
    found = []
    for row in sweep[sweep["on_edge"] == "true"].itertuples():
        name = row.classifier
        swept = [setting for setting, _ in described[name]["swept"]]
        chosen = ", ".join(f"{setting} {getattr(row, setting)}" for setting in swept)
        keys = [described[name]["keys"][setting].rpartition(".")[2] for setting in swept]
        found.append(
            f"Warning: {row.representation}, {name}, seed {row.seed}: the best setting "
            f"({chosen}) is on the grid's edge; widen {' or '.join(keys)} of sgd, "
            f"or of sgd.{name} where it has its own."
        )
    return found


def fit_warnings(curves: dict) -> list[str]:
    """A line for each sentence that a state has to say, such as of a codebook that is small."""
    states = {tuple(state): None for curve in curves.values() for state in curve["states"]}
    return [
        f"Warning: {block}, seed {seed}: {sentence}"
        for block, seed, file in states
        for sentence in read_arrays(Path(file)).get("said", ())
    ]


def points(columns: list[str], states: list) -> Iterator[tuple]:
    """Rows of a table of curves: block, seed, iteration, and the state's numbers for it."""
    for block, seed, file in states:
        state = read_arrays(Path(file))
        curve = zip(*(state[column] for column in columns), strict=True)
        for i, point in enumerate(curve, start=1):
            yield (block, seed, i, *point)


if __name__ == "__main__":
    stage.main(collect)
