"""Differences between rows on the same test images, from comparisons.csv, either way round."""

from typing import NamedTuple

import pandas as pd

Row = tuple[str, str]  # representation and classifier


class Difference(NamedTuple):
    """Of accuracy, the first row minus the other, with its interval (95 %), as shares of 1.

    only_first, only_other: how many answers one row alone has right. p: after Holm's correction.
    """

    difference: float
    low: float
    high: float
    only_first: int
    only_other: int
    p: float
    told_apart: bool

    def turned(self) -> "Difference":
        """The other row minus the first."""
        _, low, high, first, other, p, told = self
        return Difference(-self.difference, -high, -low, other, first, p, told)


class Differences:
    """Those of every pair of rows. comparisons: the table of this name, as text."""

    def __init__(self, comparisons: pd.DataFrame) -> None:
        self.n_images = int(comparisons["n_images"].iloc[0]) if len(comparisons) else 0
        self.n_seeds = int(comparisons["n_seeds"].iloc[0]) if len(comparisons) else 0
        self.found: dict[tuple[Row, Row], Difference] = {}
        for row in comparisons.itertuples():
            first = (row.representation, row.classifier)
            other = (row.other_representation, row.other_classifier)
            numbers = float(row.difference), float(row.low), float(row.high)
            counts = int(float(row.only_first_right)), int(float(row.only_other_right))
            told = row.told_apart.lower() == "true"
            self.found[first, other] = Difference(*numbers, *counts, float(row.p_holm), told)

    def between(self, first: Row, other: Row) -> Difference | None:
        """The first row minus the other; None where the table has no such pair."""
        if (first, other) in self.found:
            return self.found[first, other]
        turned = self.found.get((other, first))
        return turned.turned() if turned else None
