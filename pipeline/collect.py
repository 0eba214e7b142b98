"""Put the records of all representations and seeds into tables."""

from functools import partial
from pathlib import Path

import pandas as pd

from pipeline import stage
from pipeline.store import read_arrays, write_csv, write_text

RECORDS = ("accuracy", "confusion", "sweep", "history")


def collect(records: list, states: list, results: Path) -> None:
    """Write a table for each kind of record, the summary, and the codebooks' learning curves.

    records: folders, in the order of the tables. states: triples of block, seed and file.
    """
    # Cells are copied as they were written: no number is read and printed anew, and a class may be
    # called NA.
    as_written = partial(pd.read_csv, dtype=str, keep_default_na=False)
    tables = {
        kind: pd.concat([as_written(f"{folder}/{kind}.csv") for folder in records])
        for kind in RECORDS
    }
    for kind, table in tables.items():
        write_text(results / f"{kind}.csv", table.to_csv(index=False))
    collect_codebooks(states, results / "codebook.csv")
    summary = summarize(tables["accuracy"])
    write_text(results / "summary.csv", summary.to_csv(index=False, float_format="%.7g"))
    write_text(results / "summary.md", readable(summary, tables["sweep"]))


def summarize(accuracy: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds of validation and test accuracy; the spread of the latter (n - 1)."""
    keys = ["representation", "n_features", "classifier"]
    value = accuracy.assign(accuracy=accuracy["accuracy"].astype(float))
    by_split = value.pivot_table(
        index=[*keys, "seed"], columns="split", values="accuracy", sort=False
    ).reset_index()
    summary = by_split.groupby(keys, sort=False).agg(
        n_seeds=("seed", "size"),
        validation_accuracy_mean=("validation", "mean"),
        test_accuracy_mean=("test", "mean"),
        test_accuracy_std=("test", "std"),
    )
    return summary.reset_index()


def readable(summary: pd.DataFrame, sweep: pd.DataFrame) -> str:
    """The summary to read, in Markdown, with a warning for each sweep that was too narrow."""
    rows = [["representation", "features", "classifier", "validation", "test"]]
    for row in summary.itertuples():
        spread = "" if row.n_seeds == 1 else f" ± {row.test_accuracy_std:.3f}"
        validation, test = row.validation_accuracy_mean, row.test_accuracy_mean
        numbers = [f"{validation:.3f}", f"{test:.3f}{spread}"]
        rows.append([row.representation, str(row.n_features), row.classifier, *numbers])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    for row in sweep[sweep["on_edge"] == "true"].itertuples():
        lines.append(
            f"\nWarning: {row.representation}, {row.classifier}, seed {row.seed}: the best "
            f"setting (learning_rate {row.learning_rate}, l2 {row.l2}) is on the grid's edge; "
            f"widen learning_rates or l2 of sgd, or of sgd.{row.classifier} where it has its own."
        )
    return "\n".join(lines) + "\n"


def collect_codebooks(states: list, path: Path) -> None:
    rows = []
    for block, seed, file in states:
        state = read_arrays(Path(file))
        curve = zip(state["inertia"], state["reseeded"], strict=True)
        rows += [(block, seed, i, *point) for i, point in enumerate(curve, start=1)]
    write_csv(path, ("block", "seed", "iteration", "inertia", "reseeded"), rows)


if __name__ == "__main__":
    stage.main(collect)
