"""What all pictures share: colours, and a way to save files that are the same in every run."""

import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from pipeline.runtime.store import whole
from pipeline.tables.svg_canvas import SvgCanvas

# Okabe and Ito's colours, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"),
)
COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)


def color_of(place: int) -> str:
    """The colour of the thing at a place in a list; long lists use a colour several times."""
    return COLORS[place % len(COLORS)]


def save(draw: Callable[[], Figure], paths: Iterable[Path]) -> None:
    """Draw a figure once, and write it to each path in the format of its ending, svg or png."""
    without = {"svg": {"Date": None}, "png": {"Software": None}}
    with (
        mpl.rc_context({"svg.hashsalt": "pixels-vs-features", "svg.fonttype": "none"}),
        warnings.catch_warnings(),
    ):
        # Letters that the font lacks are text in an SVG; whoever shows it has a font for them.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = draw()
        SvgCanvas(figure)  # which becomes the figure's own
        for path in paths:
            kind = path.suffix[1:]
            with whole(path) as partial:
                figure.savefig(partial, format=kind, dpi=150, metadata=without[kind])
