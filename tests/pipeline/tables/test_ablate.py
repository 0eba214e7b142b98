"""The ablation's table holds each variant's settings beside its accuracy."""

import pandas as pd
import pytest

from pipeline import catalogue
from pipeline.tables.ablate import ablate, draw, flat
from pipeline.tables.picture import color_of

WORDS = catalogue.features()["bag_of_words"]["ablation"]
TITLES = {"softmax": "softmax", "svm": "SVM"}


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
    ablate(summary, {**WORDS, "blocks": blocks}, TITLES, table, svg, png)
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
    ablate(summary, {**ablation, "blocks": blocks}, TITLES, table, svg, png)
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
    figure = draw(merged, TITLES, "words", "encoding", "words in the codebook")
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
    figure = draw(merged, TITLES, "words", "encoding", "words in the codebook")
    lines = [
        {line.get_label(): line.get_color() for line in axes.lines if line.get_marker() == "o"}
        for axes in figure.axes
    ]
    assert lines[0] == {"hard": color_of(0), "soft threshold": color_of(1)}
    assert lines[1] == {"soft threshold": color_of(1)}
    assert [axes.get_title() for axes in figure.axes] == ["softmax", "SVM"]
