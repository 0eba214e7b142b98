"""How pictures are saved: room for wide letters, and fonts that have them."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from support.texts import texts

from pipeline.tables import picture
from pipeline.tables.picture import KOREAN, korean_font, save
from pipeline.tables.svg_canvas import SvgCanvas


def width(text: str) -> float:
    """Of a text in an SVG, in points at 10 points to a letter."""
    figure = Figure(figsize=(5, 1), dpi=72)
    SvgCanvas(figure)
    drawn = figure.text(0, 0, text, fontsize=10)
    found: list[float] = []
    drawn.draw = lambda renderer: found.append(drawn.get_window_extent(renderer).width)
    figure.savefig("/dev/null", format="svg", dpi=72)
    return found[-1]


def test_korean_letters_get_as_much_room_as_they_take():
    """A letter of Korean is about as wide as the font is high in all fonts, ten points here."""
    assert width("가나다라마") == pytest.approx(50, rel=0.05)
    assert width("画像") == pytest.approx(20, rel=0.05)
    assert width("iiiii") < 20


def test_a_korean_font_is_one_that_is_installed(monkeypatch):
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["DejaVu Sans", KOREAN[2]])
    assert korean_font() == KOREAN[2]
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["DejaVu Sans"])
    assert korean_font() is None


def test_an_svg_is_the_same_with_and_without_korean_fonts(tmp_path, monkeypatch):
    def draw() -> Figure:
        figure = Figure(figsize=(2, 1), layout="constrained")
        figure.add_subplot().set_xlabel("가로축")
        return figure

    for name, fonts in (("a", list(KOREAN)), ("b", [])):
        monkeypatch.setattr(font_manager, "get_font_names", lambda fonts=fonts: fonts)
        save(draw, (tmp_path / f"{name}.svg",))
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert ">가로축</text>" in (tmp_path / "a.svg").read_text()


def test_marks_in_pixels_have_few_levels(tmp_path):
    """So that a chart of thousands of marks is small; black, white and clear stay as they are."""
    seen: list[np.ndarray] = []

    def draw() -> Figure:
        figure = Figure(figsize=(1, 1))
        axes = figure.add_subplot()
        axes.scatter([0, 1], [0, 1], color="#123456", alpha=0.5, rasterized=True)
        return figure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "matplotlib.backends.backend_svg.RendererSVG.draw_image",
            lambda self, gc, x, y, im, transform=None: seen.append(im),
        )
        save(draw, (tmp_path / "a.svg",))
    (image,) = seen
    assert image[..., 3].max() > 100
    assert set(np.unique(image % 17)) == {0}


def test_a_png_is_in_english_where_no_font_has_korean_letters(monkeypatch, capsys):
    english, korean = (texts("cost", language, "tables") for language in ("en", "ko"))
    monkeypatch.setattr(picture, "korean_font", lambda: "NanumGothic")
    files = Path("cost.svg"), Path("cost.png")
    assert picture.in_words(korean, *files) == ((files[0], korean), (files[1], korean))
    monkeypatch.setattr(picture, "korean_font", lambda: None)
    assert picture.in_words(english, *files) == ((files[0], english), (files[1], english))
    assert capsys.readouterr().err == ""
    (_, drawn), (_, in_pixels) = picture.in_words(korean, *files)
    assert drawn is korean
    assert in_pixels("y") == "test accuracy (%)"
    assert "no font with Korean letters here, so cost.png is in English" in capsys.readouterr().err
