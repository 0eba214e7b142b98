"""What a row costs, and which rows nothing beats at their price."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.texts import english, texts

from pipeline.tables.cost import bytes_of, cost, draw, front, seconds_of

TEXT = texts("cost", folder="tables")
TIMING = pd.DataFrame(
    [
        ("load", "", 1000.0),
        ("split", "seed0", 500.0),
        ("compute", "hog-original-0-5", 1.0),
        ("compute", "hog-original-5-10", 2.0),
        ("compute", "hog_fine-original-0-5", 40.0),
        ("fit", "words-0a1b-seed0", 4.0),
        ("fit", "words-0a1b-seed1", 6.0),
        ("encode", "bag-seed0-original-0-5", 8.0),
        ("encode", "bag-seed1-original-0-5", 10.0),
        ("train", "all-seed0", 20.0),
        ("train", "all-seed1", 24.0),
        ("train", "all_but_one-seed0", 70.0),
        ("score", "all-seed0", 0.5),
        ("score", "all-seed1", 1.5),
    ],
    columns=["rule", "job", "seconds"],
)


def test_the_seconds_of_a_row_are_those_of_the_jobs_that_it_needs():
    """1 + 2 for HOG; the means of 4 and 6, 8 and 10, 20 and 24, 0.5 and 1.5 over two seeds."""
    parts = {"blocks": ["hog", "bag"], "states": ["words-0a1b"]}
    assert seconds_of("all", parts, TIMING) == 3 + 5 + 9 + 22 + 1


def test_names_that_begin_alike_are_others():
    assert seconds_of("all_but_one", {"blocks": ["hog_fine"], "states": []}, TIMING) == 40 + 70


def test_with_folds_the_mean_is_over_all_of_them():
    jobs = [("train", f"a-seed0-fold{fold}", float(fold)) for fold in (1, 2, 3)]
    timing = pd.DataFrame(jobs, columns=["rule", "job", "seconds"])
    assert seconds_of("a", {"blocks": [], "states": []}, timing) == 2


@pytest.mark.parametrize(("dtype", "size"), [(np.float16, 14), (np.float32, 28)])
def test_the_bytes_of_a_row_are_those_in_the_file(tmp_path, dtype, size):
    np.save(tmp_path / "rows.npy", np.zeros((3, 7), dtype))
    assert bytes_of(tmp_path / "rows.npy") == size


def test_the_front_of_a_drawn_example():
    #         cheap   best for 2   same, dearer   worse, as dear   as good for as much   best
    costs = [1, 2, 3, 2, 2, 5]
    accuracy = [0.3, 0.6, 0.6, 0.5, 0.6, 0.9]
    expected = [True, True, False, False, True, True]
    assert front(np.array(costs), np.array(accuracy)).tolist() == expected


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_the_front_is_what_no_other_point_dominates(points):
    costs, accuracy = np.array(points).T
    naive = [
        not any(c <= cost_ and a >= accuracy_ and (c, a) != (cost_, accuracy_) for c, a in points)
        for cost_, accuracy_ in points
    ]
    assert front(costs, accuracy).tolist() == naive
    assert any(naive)


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("raw pixels", "svm", 0.4, 2.0, 6144, True, False),
            ("HOG", "svm", 0.5, 9.0, 648, True, True),
            ("HOG", "softmax", 0.45, 9.0, 648, False, False),
        ],
        columns=[
            *("representation", "classifier", "test_accuracy_mean", "seconds"),
            *("bytes_per_image", "pareto_seconds", "pareto_bytes"),
        ],
    )


def test_the_front_is_numbered_and_named_below_the_axis(rows):
    figure = draw(rows, {"svm": "SVM", "softmax": "Softmax"}, [0.1], TEXT)
    assert [[text.get_text() for text in axes.texts] for axes in figure.axes] == [
        ["1", "2"],
        ["1"],
    ]
    assert [axes.get_xlabel().split("\n")[2:] for axes in figure.axes] == [
        ["1: raw pixels, SVM", "2: HOG, SVM"],
        ["1: HOG, SVM", " "],
    ]
    left, right = ({line.get_label(): line for line in axes.lines} for axes in figure.axes)
    assert list(left) == ["SVM", "Softmax", "Pareto front", "largest class: 10.0 %"]
    assert left["SVM"].get_xydata().tolist() == [[2, 40], [9, 50]]
    assert right["SVM"].get_xydata().tolist() == [[6144, 40], [648, 50]]
    assert left["Pareto front"].get_xydata().tolist() == [[2, 40], [9, 50]]


def test_rows_on_one_place_of_the_front_have_one_number(rows):
    rows.loc[2, ["test_accuracy_mean", "pareto_seconds"]] = 0.5, True
    left, _ = draw(rows, {"svm": "SVM", "softmax": "Softmax"}, [], TEXT).axes
    assert left.get_xlabel().split("\n")[2:] == ["1: raw pixels, SVM", "2: HOG, SVM and Softmax"]


def test_costs_that_are_all_the_same_can_be_drawn(rows):
    rows["seconds"] = rows["bytes_per_image"] = 3
    figure = draw(rows[1:2], {"svm": "SVM"}, [], TEXT)
    figure.draw_without_rendering()
    assert all(low < 3 < high for low, high in (axes.get_xlim() for axes in figure.axes))


def test_in_korean_all_but_names_is_korean(rows):
    figure = draw(rows, {"svm": "SVM", "softmax": "Softmax"}, [0.1], texts("cost", "ko", "tables"))
    labels = [each.get_text() for each in figure.legends[0].get_texts()]
    labels += [axes.get_xlabel() + axes.get_ylabel() for axes in figure.axes]
    assert not english(" ".join(labels), *rows["representation"])


def test_the_table_has_a_row_for_each_of_the_summary_but_the_majority(tmp_path):
    np.save(tmp_path / "bag.npy", np.zeros((5, 4), np.float16))
    np.save(tmp_path / "hog.npy", np.zeros((5, 3), np.float16))
    summary = "representation,classifier,test_accuracy_mean\nmajority,,0.1\nall,svm,0.75\n"
    (tmp_path / "summary.csv").write_text(summary)
    TIMING.to_csv(tmp_path / "timing.csv", index=False)
    files = {name: str(tmp_path / f"{name}.npy") for name in ("bag", "hog")}
    made = {"all": {"blocks": ["hog", "bag"], "states": ["words-0a1b"]}}
    table, svg, png = (tmp_path / f"cost.{kind}" for kind in ("csv", "svg", "png"))
    inputs = (tmp_path / "summary.csv", tmp_path / "timing.csv")
    cost(
        *inputs, made, files, 2, {"svm": "SVM"}, {"all": "everything"}, TEXT.file, table, svg, png
    )
    assert "1: everything, SVM" in svg.read_text()
    # Two views of an image: twice 3 + 4 numbers of two bytes.
    assert table.read_text().splitlines() == [
        "representation,classifier,test_accuracy_mean,seconds,bytes_per_image,pareto_seconds,"
        "pareto_bytes",
        "all,svm,0.75,40,28,true,true",
    ]
    assert png.read_bytes().startswith(b"\x89PNG")
