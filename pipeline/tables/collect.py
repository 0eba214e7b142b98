"""Join the records of all representations and trials into the tables of results."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pandas as pd

from pipeline.runtime import stage
from pipeline.runtime.store import read_arrays, write_csv, write_text
from pipeline.tables.findings import Findings, calibrations, find
from pipeline.tables.readable import summed_up, tested
from pipeline.tables.training import TRIAL, in_words, training_warnings


def collect(
    records: list,
    kinds: list,
    table: str,
    curves: dict | None = None,
    classifiers: list | None = None,
    knows: dict | None = None,
    majority: list | None = None,
    folds: list | None = None,
    understood: Path | None = None,
    kept: dict | None = None,
    labels: Path | None = None,
    readable: Path | None = None,
) -> None:
    """Write a table for each kind of record and of curve, and, if `readable` is given, a summary.

    With it come the tables that say how sure it is.

    records: paths, one for each representation and trial, in which {kind} stands for the kind of
    record. kinds: such as "accuracy". table: the path of the tables, in which {name} stands for
    the name of one. curves, classifiers, knows: as `Plan` describes them. majority: paths of the
    accuracies that stand first in their table, one for each trial. folds: those of a seed, if
    there are any: records go through them in turn. understood: the table of the data. kept: as
    `kept.kept` describes it. labels: the file that `load` wrote.
    """
    tables = {
        kind: joined([path.format(kind=kind) for path in records], folds or []) for kind in kinds
    }
    if majority:
        tables["accuracy"] = pd.concat([joined(majority, folds or []), tables["accuracy"]])
    for kind, rows in tables.items():
        write_text(Path(table.format(name=kind)), rows.to_csv(index=False))
    for name, curve in (curves or {}).items():
        columns = ("block", *TRIAL[: 2 if folds else 1], "iteration", *curve["columns"])
        write_csv(Path(table.format(name=name)), columns, points(**curve))
    if readable is not None and kept is not None and labels is not None:
        found = find(tables["accuracy"], tables["confusion"], kept, labels, knows or {})
        write_found(found, table, *calibrations(kept, classifiers or []))
        sweep = tables["sweep"].reset_index(drop=True)
        warned = [*fit_warnings(curves or {}), *training_warnings(sweep, classifiers or [])]
        said = summed_up(found, tested(tables["confusion"]), understood)
        write_text(readable, "\n\n".join([*said, *warned]) + "\n")


def write_found(found: Findings, table: str, columns: tuple, bins: list[tuple]) -> None:
    """Write the tables; columns, bins: of the calibration, for which there may be no row."""
    for name in ("summary", "per_class", "comparisons"):
        text = getattr(found, name).to_csv(index=False, float_format="%.7g")
        write_text(Path(table.format(name=name)), text)
    if bins:
        write_csv(Path(table.format(name="calibration")), columns, bins)


def joined(paths: list[str], folds: list[int]) -> pd.DataFrame:
    """The rows of all files; with folds, behind the seed the fold that each file is of.

    Cells are copied as text: numbers stay as they were written, and a class may be called NA.
    """
    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths]
    for rows, fold in zip(tables, cycle(folds), strict=False):
        rows.insert(rows.columns.get_loc("seed") + 1, "fold", str(fold))
    return pd.concat(tables)


def fit_warnings(curves: dict) -> list[str]:
    """A line for each sentence that a state has to say, such as of a codebook that is small."""
    states = {tuple(state): None for curve in curves.values() for state in curve["states"]}
    return [
        f"Warning: {block}, {in_words(trial)}: {sentence}"
        for block, *trial, file in states
        for sentence in read_arrays(Path(file)).get("said", ())
    ]


def points(columns: list[str], states: list) -> Iterator[tuple]:
    """Rows of a table of curves: block, trial, iteration, and the state's numbers for it."""
    for *of, file in states:
        state = read_arrays(Path(file))
        curve = zip(*(state[column] for column in columns), strict=True)
        for i, point in enumerate(curve, start=1):
            yield (*of, i, *point)


if __name__ == "__main__":
    stage.main(collect)
