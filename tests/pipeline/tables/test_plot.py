"""The comparison as a picture: a bar for each representation and classifier."""

from functools import partial
from itertools import combinations, pairwise

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from support.texts import drawn, english, texts

from pipeline.catalogue import spoken
from pipeline.tables import reliability
from pipeline.tables.calibration import COLUMNS as BIN
from pipeline.tables.calibration import calibration_error
from pipeline.tables.picture import COLORS, color_of, save
from pipeline.tables.plot import counted, draw, plot

TITLES = {"svm": "SVM", "softmax": "softmax", "means": "nearest mean"}
NAMES = {name: spoken(name) for name in ("raw_pixels", "hog", *(f"r{i}" for i in range(20)))}
ACCURACY, CALIBRATION = (texts(group, folder="tables") for group in ("accuracy", "calibration"))
COLUMNS = ["representation", "classifier", "test_accuracy_mean"]
COLUMNS += ["test_accuracy_low", "test_accuracy_high", "like_best"]


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        (
            representation,
            classifier,
            mean := 0.1 * (i + 1) + 0.2 * place,
            mean - 0.03,
            mean + 0.02,
            "",
        )
        for place, representation in enumerate(("raw_pixels", "hog"))
        for i, classifier in enumerate(TITLES)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_any_number_of_classifiers_is_drawn_each_in_its_colour(table):
    (axes,) = draw(table, TITLES, NAMES, ACCURACY, "9 test images").axes
    bars = bars_of(axes)
    assert [each.get_label() for each in bars] == list(TITLES.values())
    colors = [{to_hex(bar.get_facecolor()).upper() for bar in each} for each in bars]
    assert colors == [{color_of(place)} for place in range(3)]
    assert len(set.union(*colors)) == 3
    widths = [[bar.get_width() for bar in each] for each in bars]
    assert widths == [pytest.approx([10 * i, 10 * i + 20]) for i in (1, 2, 3)]


def test_bars_of_a_representation_stand_together_and_none_overlap(table):
    (axes,) = draw(table, TITLES, NAMES, ACCURACY, "9 test images").axes
    places = sorted(
        (bar.get_y(), bar.get_y() + bar.get_height()) for each in bars_of(axes) for bar in each
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert -0.5 < places[0][0] < places[2][1] < 0.5 < places[3][0] < places[5][1] < 1.5
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["raw pixels", "HOG"]


def test_a_dashed_line_stands_at_the_largest_class_and_no_bar(table):
    (axes,) = draw(with_majority(table), TITLES, NAMES, ACCURACY, "9 test images").axes
    (line,) = (line for line in axes.lines if line.get_linestyle() == "--")
    assert set(line.get_xdata()) == {12.5}
    assert (line.get_linestyle(), line.get_label()) == ("--", "largest class: 12.5 %")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["raw pixels", "HOG"]
    assert sum(map(len, bars_of(axes))) == 6


def bars_of(axes) -> list:
    """The bars of each classifier, without their intervals, which are containers as well."""
    return [each for each in axes.containers if isinstance(each, BarContainer)]


def test_intervals_are_on_the_bars_and_the_number_of_images_is_in_the_picture(table):
    (axes,) = draw(table, TITLES, NAMES, ACCURACY, "9 test images").axes
    assert axes.get_xlabel().startswith("test accuracy (%) and its 95 % interval, 9 test images")
    (first, *_) = bars_of(axes)
    lines = first.errorbar.lines[2][0].get_segments()
    assert [line[:, 0].tolist() for line in lines] == [
        pytest.approx([7, 12]),
        pytest.approx([27, 32]),
    ]


def test_what_cannot_be_told_from_the_best_is_marked(table):
    table["like_best"] = ["false"] * 4 + ["true"] * 2
    (axes,) = draw(table, TITLES, NAMES, ACCURACY, "9 test images").axes
    assert sorted(text.get_text() for text in axes.texts) == [
        *("10.0", "20.0", "30.0", "30.0", "40.0 *", "50.0 *")
    ]
    assert axes.get_xlabel().endswith("* the best, and what cannot be told from it")


def test_the_number_of_test_images_is_that_of_a_seed_over_its_folds():
    keys = ["representation", "classifier", "seed", "split", "n"]
    rows = [("a", "svm", seed, "test", n) for seed, n in ((0, 40), (0, 41), (3, 40), (3, 40))]
    other = [("b", "svm", 0, "test", 7), ("a", "svm", 0, "train", 99)]
    table = pd.DataFrame([*other, *rows], columns=keys)
    assert counted(table, ACCURACY) == "80 test images or more, mean of 2 seeds"
    assert counted(table[table["seed"] == 0][:3].iloc[:3], ACCURACY) == "40 test images"


def with_majority(table: pd.DataFrame) -> pd.DataFrame:
    first = pd.DataFrame([["majority", "", 0.125, 0.1, 0.2, ""]], columns=table.columns)
    return pd.concat([first, table])


@pytest.mark.parametrize("n", [1, 2, 6])
def test_nothing_overlaps_and_the_axis_ends_at_100(n):
    rows = [
        (f"r{i}", name, 1 - i / 6, 0.99 - i / 6, 1, "true") for i in range(n) for name in TITLES
    ]
    table = with_majority(pd.DataFrame(rows, columns=COLUMNS))
    figure = draw(table, TITLES, NAMES, ACCURACY, "9 test images")
    figure.draw_without_rendering()
    (axes,), (legend,) = figure.axes, figure.legends
    boxes = [legend.get_window_extent(), *(text.get_window_extent() for text in axes.texts)]
    assert len(boxes) == 1 + 3 * n
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert not legend.get_window_extent().overlaps(axes.get_window_extent())
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert axes.get_xlim() == (0, 100)


def test_pictures_of_three_are_written_with_their_titles(table, tmp_path):
    table.assign(test_accuracy_std=None).to_csv(tmp_path / "summary.csv", index=False)
    accuracy = [("hog", "softmax", 0, "test", 1234)]
    keys = ["representation", "classifier", "seed", "split", "n"]
    pd.DataFrame(accuracy, columns=keys).to_csv(tmp_path / "accuracy.csv", index=False)
    bins("hog", "softmax").to_csv(tmp_path / "calibration.csv", index=False)
    names = ["summary.csv", "accuracy.csv", "a.svg", "a.png", "calibration.csv", "c.svg", "c.png"]
    summary, accuracy, *files = (tmp_path / name for name in names)
    plot(summary, accuracy, TITLES, NAMES, ACCURACY.file, *files)
    written = files[0].read_text()
    assert all(f">{title}</text>" in written for title in (*TITLES.values(), "HOG"))
    assert all("1,234 test images" in path.read_text() for path in (files[0], files[3]))
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (files[1], files[4]))


def bins(representation: str, classifier: str, right: float = 0.5) -> pd.DataFrame:
    """Two bins of two seeds: 30 images at 0.9, 10 at 0.4, of which so many are right."""
    rows = [
        (representation, classifier, seed, 2.0, calibrated, *of)
        for seed in (0, 1)
        for calibrated in ("false", "true")
        for of in ((1, 0, None, None), (5, 10, 0.4, right), (10, 30, 0.9, 0.8))
    ]
    return pd.DataFrame(rows, columns=["representation", "classifier", "seed", *BIN])


def test_the_calibration_error_by_hand():
    one = bins("hog", "softmax").query("seed == 0 and calibrated == 'true'")
    # 10 of 40 images are off by 0.1, and 30 by 0.1 the other way.
    assert calibration_error(one) == pytest.approx(0.1)
    assert calibration_error(one.assign(accuracy=[None, 0.4, 0.7])) == pytest.approx(0.15)


def test_a_panel_for_each_representation_says_its_error_and_bins_join_seeds():
    table = pd.concat([bins("raw_pixels", "softmax"), bins("hog", "softmax", right=0.0)])
    figure = reliability.draw(table, TITLES, NAMES, CALIBRATION, "9 test images")
    first, second = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["raw pixels", "HOG"]
    assert first.texts[0].get_text() == (
        "expected calibration error:\n10.0 points as they are,\n10.0 with temperature"
    )
    assert "17.5 points" in second.texts[0].get_text()  # 10 of 40 off by 0.4, 30 by 0.1
    for collection in first.collections:
        assert collection.get_offsets().tolist() == [
            pytest.approx(at) for at in ([40, 50], [90, 80])
        ]


def test_of_many_the_most_accurate_have_panels():
    table = pd.concat([bins(f"r{i}", "softmax", right=i / 20) for i in range(20)])
    figure = reliability.draw(table, TITLES, NAMES, CALIBRATION, "9 test images")
    assert [axes.get_title() for axes in figure.axes] == [f"r{i}" for i in range(8, 20)]
    assert any("12 most accurate of 20" in text.get_text() for text in figure.texts)


@pytest.mark.parametrize("what", ["accuracy", "calibration"])
def test_in_korean_all_but_names_is_korean(table, tmp_path, what):
    """Names of classifiers and representations are those of the config, as in the tables."""
    korean = texts(what, "ko", "tables")
    if what == "accuracy":
        bars = with_majority(table.assign(like_best="true"))
        drawing = partial(draw, bars, TITLES, NAMES, korean, "9")
    else:
        drawing = partial(reliability.draw, bins("hog", "softmax"), TITLES, NAMES, korean, "9")
    save(drawing, [tmp_path / "picture.svg"])
    said = drawn(tmp_path / "picture.svg")
    assert not english(said, *TITLES.values(), *NAMES.values())
    assert "정확도" in said or "온도" in said


def test_colours_are_all_different_and_then_begin_again():
    assert [color_of(place) for place in range(len(COLORS))] == list(COLORS)
    assert len(set(COLORS)) == len(COLORS)
    assert [color_of(len(COLORS) + place) for place in range(3)] == list(COLORS[:3])
