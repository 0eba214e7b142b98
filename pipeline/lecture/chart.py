"""What the lecture's charts share: panels, labels, and how a part of the lecture is written."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.runtime.store import write_csv, write_text
from pipeline.tables.picture import save


class Part(NamedTuple):
    """The three files that a part of the lecture consists of."""

    table: Path
    picture: Path
    sentence: Path

    def write(
        self,
        columns: Sequence[str],
        records: Sequence[Sequence[object]],
        draw: Callable[[], Figure],
        sentence: str,
    ) -> None:
        """Write all three. columns, records: the header and the rows of the table."""
        write_csv(self.table, columns, records)
        save(draw, (self.picture,))
        write_text(self.sentence, sentence + "\n")


def panels(rows: int, columns: int, width: float = 4.6, height: float = 3.6, **shared):
    """A figure, and its panels as a flat list, row by row. width, height: of each, in inches."""
    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False, **shared).flat)
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(alpha=0.25)
    return figure, axes


def label(axes: Axes, x: str, y: str, title: str = "") -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_title(title, fontsize=10.5)
