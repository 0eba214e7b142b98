"""The comparison as a picture: a bar for each representation and classifier."""

from itertools import combinations, pairwise

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
    assert not axes.lines
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


def test_a_dashed_line_stands_at_the_largest_class_and_no_bar(table):
    (axes,) = draw(with_majority(table), TITLES).axes
    (line,) = axes.lines
    assert set(line.get_xdata()) == {12.5}
    assert (line.get_linestyle(), line.get_label()) == ("--", "largest class: 12.5 %")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["raw pixels", "hog"]
    assert sum(map(len, axes.containers)) == 6


def with_majority(table: pd.DataFrame) -> pd.DataFrame:
    first = pd.DataFrame([["majority", "", 0.125, None]], columns=table.columns)
    return pd.concat([first, table])


@pytest.mark.parametrize("n", [1, 2, 6])
def test_nothing_overlaps_and_the_axis_ends_at_100(n):
    rows = [(f"r{i}", name, 1 - i / 6, 0.03) for i in range(n) for name in TITLES]
    columns = ["representation", "classifier", "test_accuracy_mean", "test_accuracy_std"]
    figure = draw(with_majority(pd.DataFrame(rows, columns=columns)), TITLES)
    figure.draw_without_rendering()
    (axes,), (legend,) = figure.axes, figure.legends
    boxes = [legend.get_window_extent(), *(text.get_window_extent() for text in axes.texts)]
    assert len(boxes) == 1 + 3 * n
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert not legend.get_window_extent().overlaps(axes.get_window_extent())
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert axes.spines["bottom"].get_bounds() == (0, 100)


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
