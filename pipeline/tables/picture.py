"""What all pictures share: colours, and a way to save files that are the same in every run."""

import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from pipeline.runtime.messages import say
from pipeline.runtime.store import whole
from pipeline.runtime.texts import Texts
from pipeline.tables.svg_canvas import SvgCanvas

# Okabe and Ito's colours, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"),
)
COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)


def color_of(place: int) -> str:
    """The colour of the thing at a place in a list; long lists use a colour several times."""
    return COLORS[place % len(COLORS)]


# Fonts that have Korean letters, of which most systems have one.
KOREAN = (
    *("NanumGothic", "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans KR", "Malgun Gothic"),
    *("Apple SD Gothic Neo", "AppleGothic", "UnDotum", "Baekmuk Gulim"),
)


def korean_font() -> str | None:
    """The name of a font with Korean letters, of those that matplotlib finds."""
    installed = set(font_manager.get_font_names())
    return next((name for name in KOREAN if name in installed), None)


def in_words(text: Texts, svg: Path, png: Path) -> tuple[tuple[Path, Texts], tuple[Path, Texts]]:
    """The two files of a picture, each with what it is labelled with."""
    return (svg, text), (png, in_pixels(text, png.stem))


def in_pixels(text: Texts, name: str) -> Texts:
    """What a PNG is labelled with: English where no font has the letters of the language.

    name: of the file, without its ending, for the sentence that says so.
    """
    if text.file.stem == "en" or korean_font():
        return text
    say(f"There is no font with Korean letters here, so {name}.png is in English.")
    return text.in_english()


def save(draw: Callable[[], Figure], paths: Iterable[Path]) -> None:
    """Draw a figure for each path, and write it in the format of its ending, svg or png.

    Letters that the font lacks are text in an SVG; whoever shows it has a font for them. In a PNG
    they are of a Korean font where there is one.
    """
    without = {"svg": {"Date": None}, "png": {"Software": None}}
    for path in paths:
        kind = path.suffix[1:]
        fonts = [korean_font()] if kind == "png" else []
        family = [*mpl.rcParamsDefault["font.family"], *filter(None, fonts)]
        look: dict = {"svg.hashsalt": "pixels-vs-features", "svg.fonttype": "none"}
        look |= {"font.family": family}
        with mpl.rc_context(look), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            figure = draw()
            SvgCanvas(figure)  # which becomes the figure's own
            with whole(path) as partial:
                figure.savefig(partial, format=kind, dpi=150, metadata=without[kind])
