"""The comparison as a picture: a bar for each representation and classifier."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from pipeline.tables.picture import COLORS, color_of
from pipeline.tables.plot import draw, plot

TITLES = {"svm": "SVM", "softmax": "softmax", "means": "nearest mean"}


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        (representation, classifier, 0.1 * (i + 1) + 0.2 * place, None)
        for place, representation in enumerate(("raw_pixels", "hog"))
        for i, classifier in enumerate(TITLES)
    ]
    columns = ["representation", "classifier", "test_accuracy_mean", "test_accuracy_std"]
    return pd.DataFrame(rows, columns=columns)


def test_any_number_of_classifiers_is_drawn_each_in_its_colour(table):
    (axes,) = draw(table, TITLES).axes
    bars = axes.containers
    assert [each.get_label() for each in bars] == list(TITLES.values())
    colors = [{to_hex(bar.get_facecolor()).upper() for bar in each} for each in bars]
    assert colors == [{color_of(place)} for place in range(3)]
    assert len(set.union(*colors)) == 3
    widths = [[bar.get_width() for bar in each] for each in bars]
    assert widths == [pytest.approx([10 * i, 10 * i + 20]) for i in (1, 2, 3)]


def test_bars_of_a_representation_stand_together_and_none_overlap(table):
    (axes,) = draw(table, TITLES).axes
    places = sorted(
        (bar.get_y(), bar.get_y() + bar.get_height()) for each in axes.containers for bar in each
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert -0.5 < places[0][0] < places[2][1] < 0.5 < places[3][0] < places[5][1] < 1.5
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["raw pixels", "hog"]


def test_a_picture_of_three_is_written_with_their_titles(table, tmp_path):
    table.to_csv(tmp_path / "summary.csv", index=False)
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    plot(tmp_path / "summary.csv", TITLES, svg, png)
    assert all(f">{title}</text>" in svg.read_text() for title in TITLES.values())
    assert png.read_bytes().startswith(b"\x89PNG")


def test_colours_are_all_different_and_then_begin_again():
    assert [color_of(place) for place in range(len(COLORS))] == list(COLORS)
    assert len(set(COLORS)) == len(COLORS)
    assert [color_of(len(COLORS) + place) for place in range(3)] == list(COLORS[:3])
