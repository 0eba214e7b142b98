"""Tables made of the scores of images held out, on scores that are known."""

import csv
import gzip

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from pipeline.images.labels import write_labels
from pipeline.images.parts import SEEN, TEST, VALIDATION
from pipeline.runtime.store import write_arrays, write_json
from pipeline.sources.source import Record
from pipeline.tables.calibration import BINS, calibration
from pipeline.tables.held_out import Scored, constant, read_scored
from pipeline.tables.per_class import macro_f1, per_class
from pipeline.tables.predictions import predictions

CLASSES = ["=1+1", 'a "b", c', "NA"]
FILES = ["x/1.png", "two\nlines.png", "+cmd", "ü,.png", "unused.png"]
SCORES = np.array([[2, 1, 0], [0, 5, 4.5], [-1, -2, -4], [1, 1, 1]], np.float32)
HELD_OUT = {
    "image": np.array([0, 1, 2, 3]),
    "part": np.array([VALIDATION, TEST, SEEN, TEST]),
    "y": np.array([0, 2, 0, 1]),
}


@pytest.fixture
def kept(tmp_path) -> dict:
    """Of one representation, two classifiers and two seeds."""
    for seed in (0, 7):
        arrays = {"b.scores": SCORES + seed, "b.temperature": np.array(0.5)}
        arrays |= {"a.scores": -SCORES, "a.temperature": np.array(3.0)}
        write_arrays(tmp_path / f"hog-{seed}.npz", {**HELD_OUT, **arrays})
    records = (Record(file, 0, "", i) for i, file in enumerate(FILES))
    write_labels(tmp_path / "labels.csv", records, np.arange(5))
    write_json(tmp_path / "classes.json", CLASSES)
    pattern = f"{tmp_path}/{{representation}}-{{seed}}.npz"
    return {"pattern": pattern, "values": {"representation": ["hog"], "seed": [0, 7]}}


def test_a_row_for_each_image_classifier_and_seed(kept, tmp_path):
    table = tmp_path / "predictions.csv.gz"
    predictions(kept, tmp_path / "labels.csv", tmp_path / "classes.json", table)
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert ",".join(head) == (
        "image,split,class,representation,classifier,seed,predicted,probability,score,margin"
    )
    of = [tuple(row[3:6]) for row in rows]
    runs = [(name, seed) for seed in ("0", "7") for name in ("b", "a")]
    assert of == [("hog", *run) for run in runs for _ in range(4)]
    # Names that a spreadsheet would compute, or that hold an end of a line, cannot do harm.
    files = ["x/1.png", r"'two\nlines.png'", "'+cmd", "ü,.png"]
    assert [row[0] for row in rows] == files * 4
    assert [row[1] for row in rows[:4]] == ["validation", "test", "test_seen", "test"]
    shown = ["'=1+1", 'a "b", c', "NA"]
    assert [row[2] for row in rows[:4]] == [shown[y] for y in (0, 2, 0, 1)]
    assert [row[6] for row in rows[:4]] == [shown[y] for y in (0, 1, 0, 0)]
    numbers = np.array([row[7:] for row in rows[:4]], float)
    np.testing.assert_allclose(numbers[:, 0], softmax(SCORES / 0.5, axis=1).max(axis=1), rtol=1e-6)
    np.testing.assert_array_equal(numbers[:, 1:], [[2, 1], [5, 0.5], [-1, 1], [1, 0]])


def test_the_same_rows_are_the_same_bytes_whatever_the_file_is_called(kept, tmp_path):
    made = [tmp_path / name for name in ("a.csv.gz", "b.csv.gz")]
    for table in made:
        predictions(kept, tmp_path / "labels.csv", tmp_path / "classes.json", table)
    assert made[0].read_bytes() == made[1].read_bytes()
    assert made[0].read_bytes()[3:8] == b"\0" * 5  # no name in the file, and no time


def test_classifiers_come_in_the_order_that_they_were_written(kept):
    found = list(read_scored(kept["pattern"].format(representation="hog", seed=7)))
    assert [(each.classifier, each.temperature) for each in found] == [("b", 0.5), ("a", 3)]
    assert found[0].scores.tolist() == (SCORES + 7).tolist()


@pytest.mark.parametrize(
    ("accuracy", "right"), [(0.25, [0, 0, 0, 1]), (0.5, [1, 1, 0, 0]), (0.0, [0, 0, 0, 0])]
)
def test_what_always_one_class_answers_is_known_from_its_accuracy(accuracy, right):
    assert constant(np.array([3, 3, 1, 0]), accuracy).tolist() == right


def test_numbers_of_each_class_by_hand():
    """Of 5 images of a 3 are recognised, of 2 of b 1; c has none, and d is never answered."""
    counts = [[3, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
    names = "abcd"
    rows = [("r", "svm", "0", names[i], names[j], str(n)) for (i, j), n in np.ndenumerate(counts)]
    keys = ["representation", "classifier", "seed"]
    table = per_class(pd.DataFrame(rows, columns=[*keys, "class", "predicted", "n"]))
    assert table["class"].tolist() == list(names)
    assert table["support"].tolist() == [5, 2, 0, 1]
    expected = {
        "precision": [3 / 4, 1 / 3, 0, np.nan],
        "recall": [3 / 5, 1 / 2, np.nan, 0],
        "f1": [2 / 3, 2 / 5, np.nan, 0],
    }
    for name, values in expected.items():
        assert table[name].tolist() == pytest.approx(values, nan_ok=True)
    # And always answering a: precision 5 of 8, recall 1, so that F1 is 10 / 13 for one of three.
    own = [("majority", "", "0", 5 / 8, 1 / 3), ("r", "svm", "0", 0.5, 0.3)]
    accuracy = pd.DataFrame(own, columns=[*keys, "accuracy", "balanced_accuracy"])
    found = macro_f1(table, accuracy)
    assert found.tolist() == pytest.approx([10 / 13 / 3, (2 / 3 + 2 / 5) / 3])


def test_bins_hold_every_test_image_once_and_their_means_by_hand():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(200, 3)).astype(np.float32) * 3
    part, y = np.repeat([VALIDATION, TEST, SEEN], [50, 100, 50]), rng.integers(0, 3, 200)
    rows = list(calibration(Scored("softmax", np.arange(200), part, y, scores, 2.5)))
    assert len(rows) == 2 * BINS
    for calibrated, by in ((False, 1.0), (True, 2.5)):
        mine = [row for row in rows if row[1] is calibrated]
        assert [row[2] for row in mine] == list(range(1, 11))
        sure = softmax(scores[50:].astype(float) / by, axis=1).max(axis=1)
        right = scores[50:].argmax(axis=1) == y[50:]
        for temperature, _, number, n, confidence, accuracy in mine:
            inside = (sure >= (number - 1) / 10) & (sure < number / 10)
            assert (temperature, n) == (2.5, inside.sum())
            if n:
                assert confidence == pytest.approx(sure[inside].mean())
                assert accuracy == pytest.approx(right[inside].mean())
            else:
                assert (confidence, accuracy) == ("", "")


def test_probabilities_of_1_are_in_the_last_bin():
    scores = np.array([[1000, 0]], np.float32)
    scored = Scored("softmax", np.arange(1), np.array([TEST]), np.array([0]), scores, 1.0)
    assert [row[3] for row in calibration(scored)] == [0] * 9 + [1] + [0] * 9 + [1]
