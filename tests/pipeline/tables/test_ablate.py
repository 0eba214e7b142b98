"""The ablation's table holds each variant's settings beside its accuracy."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from pipeline import catalogue
from pipeline.tables.ablate import ablate, apart, draw, flat
from pipeline.tables.picture import color_of

WORDS = catalogue.features()["bag_of_words"]["ablation"]
TITLES = {"softmax": "softmax", "svm": "SVM"}


class Spoken(dict):
    """Names as pictures show them."""

    def __missing__(self, name: str) -> str:
        return catalogue.spoken(name)


NAMES = Spoken()


def with_intervals(merged: pd.DataFrame) -> pd.DataFrame:
    ends = {"low": -0.01, "high": 0.01}
    return merged.assign(
        **{f"test_accuracy_{end}": merged["test_accuracy_mean"] + by for end, by in ends.items()}
    )


def write_summary(path, names: list[str]) -> None:
    n = len(names)
    columns = {
        "representation": names,
        "n_features": [32, 64, 32, 64, 9][:n],
        "classifier": "softmax",
        "n_seeds": 1,
        "validation_accuracy_mean": [0.1, 0.2, 0.3, 0.4, 0.5][:n],
        "test_accuracy_mean": [0.11, 0.21, 0.31, 0.41, 0.51][:n],
        "test_accuracy_std": None,
        "test_accuracy_low": [0.1, 0.2, 0.3, 0.4, 0.5][:n],
        "test_accuracy_high": [0.12, 0.22, 0.32, 0.42, 0.52][:n],
    }
    pd.DataFrame(columns).to_csv(path, index=False)


@pytest.fixture
def files(tmp_path):
    return [tmp_path / name for name in ("summary.csv", "a.csv", "a.svg", "a.png")]


def test_settings_and_accuracies_stand_side_by_side(files):
    summary, table, svg, png = files
    names = ["hard_8", "hard_16", "triangle_8", "triangle_16", "hog"]
    write_summary(summary, names)
    blocks = {
        name: {
            "feature": "bag_of_words",
            "encoding": name.split("_")[0],
            "codebook": {"method": "kmeans", "words": int(name.split("_")[1])},
        }
        for name in names[:4]
    }
    ablate(summary, {**WORDS, "blocks": blocks}, TITLES, NAMES, table, svg, png)
    found = pd.read_csv(table)
    assert found["representation"].tolist() == names[:4]
    assert found["words"].tolist() == [8, 16, 8, 16]
    assert found["encoding"].tolist() == ["hard", "hard", "triangle", "triangle"]
    assert found["test_accuracy_mean"].tolist() == [0.11, 0.21, 0.31, 0.41]
    drawn = svg.read_text()
    assert all(label in drawn for label in ("hard", "triangle", "words in the codebook"))
    assert png.read_bytes().startswith(b"\x89PNG")


def test_any_feature_may_have_variants(files):
    summary, table, svg, png = files
    write_summary(summary, ["hog_4", "hog_8", "hog_8_plain"])
    blocks = {
        "hog_4": {"feature": "hog", "pixels_per_cell": 4, "block_norm": "L2"},
        "hog_8": {"feature": "hog", "pixels_per_cell": 8, "block_norm": "L2"},
        "hog_8_plain": {"feature": "hog", "pixels_per_cell": 8, "block_norm": "none"},
    }
    ablation = {"along": "pixels_per_cell", "label": "side of a cell", "lines": "block_norm"}
    ablate(summary, {**ablation, "blocks": blocks}, TITLES, NAMES, table, svg, png)
    found = pd.read_csv(table, keep_default_na=False)
    assert list(found)[:3] == ["representation", "pixels_per_cell", "block_norm"]
    assert found["test_accuracy_mean"].tolist() == [0.11, 0.21, 0.31]
    drawn = svg.read_text()
    assert all(f">{label}</text>" in drawn for label in ("L2", "none", "side of a cell"))


def test_settings_of_groups_come_first_and_the_block_is_left_as_it_is():
    block = {"feature": "bag_of_words", "codebook": {"words": 8, "method": "kmeans"}, "grid": 2}
    settings = {"words": 8, "method": "kmeans", "feature": "bag_of_words", "grid": 2}
    assert list(flat(block).items()) == list(settings.items())
    assert block["codebook"] == {"words": 8, "method": "kmeans"}


def test_a_line_runs_through_the_first_by_name_and_through_rising_numbers_of_words():
    rows = [
        ("triangle_16", 16, 0.7),
        ("triangle_8_random", 8, 0.9),
        ("triangle_8", 8, 0.5),
    ]
    merged = pd.DataFrame(rows, columns=["representation", "words", "test_accuracy_mean"])
    merged = merged.assign(encoding="triangle", classifier="softmax")
    figure = draw(
        with_intervals(merged), TITLES, NAMES, "words", "encoding", "words in the codebook"
    )
    dots, line = figure.axes[0].lines
    assert sorted(dots.get_ydata()) == [50, 70, 90]
    assert line.get_xdata().tolist() == [8, 16]
    assert line.get_ydata().tolist() == [50, 70]


def test_a_line_keeps_its_colour_in_every_panel():
    rows = [
        ("hard_8", 8, "hard", "softmax", 0.5),
        ("soft_threshold_8", 8, "soft_threshold", "softmax", 0.6),
        ("soft_threshold_8", 8, "soft_threshold", "svm", 0.7),
    ]
    columns = ["representation", "words", "encoding", "classifier", "test_accuracy_mean"]
    merged = pd.DataFrame(rows, columns=columns)
    figure = draw(
        with_intervals(merged), TITLES, NAMES, "words", "encoding", "words in the codebook"
    )
    lines = [
        {line.get_label(): line.get_color() for line in axes.lines if line.get_marker() == "o"}
        for axes in figure.axes[:-1]
    ]
    assert lines[0] == {"hard": color_of(0), "soft threshold": color_of(1)}
    assert lines[1] == {"soft threshold": color_of(1)}
    assert [axes.get_title() for axes in figure.axes] == ["softmax", "SVM", "the best 3 of 3"]


def test_of_a_hundred_the_best_are_named_and_no_two_numbers_overlap():
    """All at 800 words, where their dots lie on each other."""
    rows = [(f"hog_{i:03d}", 800, "hard", "softmax", 0.7 + 0.0002 * i) for i in range(100)]
    rows.append(("few_words", 100, "hard", "softmax", 0.5))
    columns = ["representation", "words", "encoding", "classifier", "test_accuracy_mean"]
    merged = with_intervals(pd.DataFrame(rows, columns=columns))
    figure = draw(merged, TITLES, NAMES, "words", "encoding", "words in the codebook")
    figure.draw_without_rendering()
    panel, ranking = figure.axes
    names = [tick.get_text() for tick in ranking.get_yticklabels()]
    assert [name.split() for name in names] == [
        ["HOG", f"{99 - i:03d}", f"{i + 1}"] for i in range(20)
    ]
    assert [text.get_text() for text in panel.texts] == [str(i) for i in range(1, 11)]
    boxes = [Text.get_window_extent(text) for text in panel.texts]  # without the line to the dot
    boxes += [tick.get_window_extent() for tick in ranking.get_yticklabels()]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert ranking.get_title() == "the best 20 of 101"


@given(st.lists(st.floats(0, 1), max_size=12))
def test_places_keep_their_order_and_distance_and_stay_where_there_is_room(values):
    values = np.array(sorted(values, reverse=True))
    places = apart(values, 0.1)
    assert np.all(-np.diff(places) >= 0.1 - 1e-9)
    if np.all(-np.diff(values) > 0.1):
        assert places == pytest.approx(values)
    assert places.sum() == pytest.approx(values.sum())
