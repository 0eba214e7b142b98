"""Put the records of all representations and seeds into tables."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.runtime import stage
from pipeline.runtime.store import read_arrays, write_csv, write_text


def collect(
    records: list,
    kinds: list,
    table: str,
    curves: dict | None = None,
    classifiers: list | None = None,
    readable: Path | None = None,
) -> None:
    """Write a table for each kind of record and of curve, and the summary where `readable` is.

    records: patterns of files, one for each run, in which {kind} stands for the kind of record.
    table: the pattern of the tables, in which {name} stands for theirs. curves: for each table its
    columns, and the block, seed and file of each state whose curve it has. classifiers: as
    `Plan.classifiers` describes them. readable: where the summary for reading goes.
    """
    # Cells are copied as they were written: no number is read and printed anew, and a class may be
    # called NA.
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
        summary = summarize(tables["accuracy"])
        text = summary.to_csv(index=False, float_format="%.7g")
        write_text(Path(table.format(name="summary")), text)
        write_text(readable, in_markdown(summary, tables["sweep"], classifiers or []))


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


def in_markdown(summary: pd.DataFrame, sweep: pd.DataFrame, classifiers: list) -> str:
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
    lines += warnings(sweep, classifiers)
    return "\n".join(lines) + "\n"


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
            f"\nWarning: {row.representation}, {name}, seed {row.seed}: the best setting "
            f"({chosen}) is on the grid's edge; widen {' or '.join(keys)} of sgd, "
            f"or of sgd.{name} where it has its own."
        )
    return found


def points(columns: list[str], states: list) -> Iterator[tuple]:
    """Block, seed, iteration and what the state says of each iteration."""
    for block, seed, file in states:
        state = read_arrays(Path(file))
        curve = zip(*(state[column] for column in columns), strict=True)
        for i, point in enumerate(curve, start=1):
            yield (block, seed, i, *point)


if __name__ == "__main__":
    stage.main(collect)
