"""What all pictures share: colours, and a way to save files that are the same in every run."""

import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, LogFormatterMathtext

from pipeline.runtime.store import whole

# Okabe and Ito's colours, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"),
)
COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)

SETTINGS = {
    "svg.hashsalt": "pixels-vs-features",
    "svg.fonttype": "none",
    "text.parse_math": False,
}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def color_of(place: int) -> str:
    """The colour of the thing at a place in a list; long lists use a colour several times."""
    return COLORS[place % len(COLORS)]


def superscript(exponent: int) -> str:
    return str(exponent).translate(RAISED)


class PlainPowers(Formatter):
    """The labels of a formatter of matplotlib's, as text: 10⁻³ in place of a formula."""

    def __init__(self, formulas: Formatter) -> None:
        self.formulas = formulas

    def set_locs(self, locs) -> None:
        self.formulas.set_locs(locs)

    def __call__(self, x, pos=None) -> str:
        formula = self.formulas(x, pos)
        body = formula.removeprefix(r"$\mathdefault{").removesuffix("}$")
        body = body.replace(r"\times", "×")
        return re.sub(r"\^\{(-?\d+)\}", lambda power: superscript(int(power[1])), body)


def without_formulas(figure: Figure) -> Figure:
    """The figure, the powers at its logarithmic axes as text. Changed in place."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
            axis.set_major_formatter(PlainPowers(axis.get_major_formatter()))
        if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
            axis.set_minor_formatter(PlainPowers(axis.get_minor_formatter()))
    return figure


def save(draw: Callable[[], Figure], paths: Iterable[Path]) -> None:
    """Draw a figure once, and write it to each path in the format of its ending, svg or png.

    Text is shown as it is: dollars in the name of a class make no formula.
    """
    without = {"svg": {"Date": None}, "png": {"Software": None}}
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        # Letters that the font lacks are text in an SVG; whoever shows it has a font for them.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing")
        figure = without_formulas(draw())
        for path in paths:
            kind = path.suffix[1:]
            with whole(path) as partial:
                figure.savefig(partial, format=kind, dpi=150, metadata=without[kind])
