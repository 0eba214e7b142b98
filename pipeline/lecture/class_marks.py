"""Marks for classes: a colour and a shape for each, so that either tells them apart."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.lecture.montage import as_text

# Okabe and Ito's colours with three of Tol's "muted" and grey, which colour-blind readers can tell
# apart with the help of the shapes.
COLORS = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"),
    *("#332288", "#999933", "#882255", "#666666"),
)
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "<", "*", ">")
CLASSES = len(COLORS)  # that can be shown, at most


def mark(place: int) -> tuple[str, str]:
    """The colour and the shape of the class at a place in the list of classes."""
    return COLORS[place], SHAPES[place]


def legend(figure: Figure, names: Sequence[str], columns: int) -> None:
    """Below all panels, the mark of each class, in `columns` columns at most."""
    marks = [
        Line2D(
            [],
            [],
            linestyle="",
            color=color,
            marker=shape,
            markersize=6,
            label=as_text(name.replace("_", " ")),
        )
        for name, (color, shape) in zip(names, map(mark, range(len(names))), strict=True)
    ]
    figure.legend(
        handles=marks,
        loc="outside lower center",
        ncols=min(columns, len(marks)),
        frameon=False,
        fontsize=9,
        handletextpad=0.2,
        columnspacing=1.2,
    )
