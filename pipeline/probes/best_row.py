"""The best row of a run: the representation and classifier that validation images prefer."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """A row of the tables. accuracy: on validation images. values: of its chosen setting."""

    representation: str
    classifier: str
    accuracy: float
    values: dict[str, float]


def best_row(pattern: str, names: Sequence[str], swept: Sequence[str]) -> Row:
    """The row of the highest validation accuracy; of equal ones the first.

    pattern: the path of the accuracies of a representation, in which {representation} stands for
    one of the names. swept: the columns of what varies in any classifier's grid.
    """
    rows = []
    for name in names:
        path = Path(pattern.replace("{representation}", name))
        with open(path, encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                if row["split"] == "validation":
                    values = {key: number(row[key]) for key in swept if row[key]}
                    rows.append(Row(name, row["classifier"], float(row["accuracy"]), values))
    return max(rows, key=lambda row: row.accuracy)


def number(text: str) -> float:
    """A whole number stays one: there may be so many hidden numbers, and no half of one."""
    value = float(text)
    return int(value) if value.is_integer() else value
