"""What the report is made from: which rows stand for others, and what is too old to be shown."""

import hashlib
import os
from pathlib import Path

import pandas as pd
import pytest

from pipeline.report.material import SHOWN, Material
from pipeline.report.texts import Texts
from pipeline.runtime.store import write_json

ROOT = Path(__file__).parents[3]
HEAD = "representation,classifier,validation_accuracy_mean,test_accuracy_mean,knows,like_best\n"


def material(folder: Path, rows: list[tuple], features: dict[str, str] | None = None) -> Material:
    """Of these rows of the summary: representation, classifier, validation, test accuracy."""
    lines = [
        f"{','.join(map(str, row))},nothing,false\n" for row in [("majority", "", 0.1, 0.1), *rows]
    ]
    (folder / "summary.csv").write_text(HEAD + "".join(lines))
    names = list(dict.fromkeys(row[0] for row in rows))
    features = features or dict.fromkeys(names, "hog")
    return Material(
        texts=Texts(ROOT / "pipeline/report/texts/en.yaml"),
        run="mine",
        config={
            "representations": {name: [name] for name in sorted(names)},
            "blocks": {name: {"feature": feature} for name, feature in features.items()},
        },
        trial={"seed": 0},
        files={"predictions": f"{folder}/{{representation}}.npz"},
        results=folder,
        blocks=[],
        looks_for=[],
        titles={},
        tables=[],
        lecture=[],
    )


ROWS = [
    ("b", "svm", 0.7, 0.9),
    ("b", "softmax", 0.8, 0.5),
    ("a", "svm", 0.6, 0.6),
    ("a", "softmax", 0.6, 0.7),
]


def test_a_classifier_is_chosen_by_validation_and_the_best_row_by_test_images(tmp_path):
    made = material(tmp_path, ROWS)
    assert made.chosen == {"b": "softmax", "a": "svm"}  # of equals the first
    assert tuple(made.best[["representation", "classifier"]]) == ("b", "svm")
    assert made.majority == 0.1
    assert made.shown == ["b", "a"]


def test_raw_pixels_alone_are_the_baseline_or_else_the_first(tmp_path):
    assert material(tmp_path, ROWS).baseline == "b"
    assert material(tmp_path, ROWS, {"a": "raw_pixels", "b": "hog"}).baseline == "a"


def test_of_many_representations_the_first_the_best_and_those_best_on_validation_stay(tmp_path):
    rows = [(f"r{i:02}", "svm", 0.5 + 0.01 * i, 0.5) for i in range(20)]
    rows[3] = ("r03", "svm", 0.2, 0.99)
    kept = material(tmp_path, rows).shown
    assert kept == ["r00", "r03", *(f"r{i}" for i in range(14, 20))]
    assert len(kept) == SHOWN


def test_what_is_older_than_the_scores_is_not_shown(tmp_path):
    made = material(tmp_path, ROWS)
    for place, name in enumerate(["a.npz", "b.npz", "audit.csv", "invariance.csv"]):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (100 + place, 100 + place))
    os.utime(tmp_path / "audit.csv", (100.5, 100.5))  # newer than one of two scores
    assert made.there("invariance.csv")
    assert not made.there("audit.csv")
    assert not made.there("label_efficiency.csv")


def test_tables_are_text_and_noted_with_their_checksum(tmp_path):
    made = material(tmp_path, ROWS)
    (tmp_path / "x.csv").write_text("class,n\nNA,01\n")
    pd.testing.assert_frame_equal(
        made.table("x.csv"), pd.DataFrame({"class": ["NA"], "n": ["01"]})
    )
    assert made.used == {"x.csv": hashlib.sha256(b"class,n\nNA,01\n").hexdigest()}


@pytest.mark.parametrize("name", ["=1+1", "'=1+1", "<b>", "NA", "a,b"])
def test_classes_are_found_by_their_names_in_tables(tmp_path, name):
    made = material(tmp_path, ROWS)
    write_json(tmp_path / "classes.json", ["plain", name])
    made.files["classes"] = tmp_path / "classes.json"
    in_table = f"'{name}" if name in ("=1+1", "'=1+1") else name
    assert made.class_places == {"plain": 0, in_table: 1}
    assert made.class_names == ["plain", name]
