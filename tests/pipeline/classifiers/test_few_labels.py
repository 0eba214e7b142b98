"""A share of the labels: drawn class by class, nested, and nothing else is trained on."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.matrices import save

from pipeline.blocks.matrix import Representation
from pipeline.classifiers.few_labels import COLUMNS, drawn, few_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.pairing import told
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import write_array, write_json
from pipeline.settings import complete

SGD = complete({})["sgd"] | {"epochs": 1, "steps": 20, "learning_rates": [3], "l2": [0.003]}
SGD |= {"svm": {"learning_rates": [1]}}


def test_every_class_has_its_share_and_at_least_one():
    y = np.repeat([0, 1, 2], [200, 50, 4])
    index = np.flatnonzero(np.arange(len(y)) % 2)  # 100, 25 and 2 of them
    found = drawn(index, y, 0.1, np.random.default_rng(0))
    assert np.bincount(y[found]).tolist() == [10, 2, 1]
    assert set(found) <= set(index)
    assert (np.diff(found) > 0).all()
    np.testing.assert_array_equal(drawn(index, y, 1, np.random.default_rng(0)), index)


def test_a_class_that_is_not_there_is_not_drawn():
    y = np.array([0, 0, 2, 2])
    assert y[drawn(np.arange(4), y, 0.01, np.random.default_rng(0))].tolist() == [0, 2]


def test_draws_are_nested_in_their_share_and_differ_from_each_other():
    y = np.arange(300) % 3
    shares = [
        set(drawn(np.arange(300), y, share, generator(5, "labels 1")))
        for share in (0.03, 0.1, 0.3)
    ]
    assert shares[0] < shares[1] < shares[2]
    assert set(drawn(np.arange(300), y, 0.03, generator(5, "labels 2"))) != shares[0]


@pytest.fixture
def problem(tmp_path) -> tuple[Representation, np.ndarray, np.ndarray]:
    """Two classes apart along the first of four columns; the classes and parts as well."""
    rng = np.random.default_rng(0)
    y, part = np.arange(240) % 2, rng.permutation(np.repeat([TRAIN, VALIDATION, TEST], 80))
    X = (0.3 * rng.standard_normal((240, 4))).astype(np.float32)
    X[:, 0] += 6 * y
    return written(tmp_path, X, y, part), y, part


def written(folder: Path, X: np.ndarray, y: np.ndarray, part: np.ndarray) -> Representation:
    save(folder / "block", X, 50)
    write_json(folder / "classes.json", ["a", "b"])
    write_array(folder / "parts.npy", part.astype(np.int8))
    lines = [f"{i},{label}" for i, label in enumerate(y)]
    (folder / "labels.csv").write_text("\n".join(lines))
    return Representation(
        "mine",
        [str(folder / "block")],
        ["original"],
        50,
        folder / "labels.csv",
        folder / "classes.json",
        folder / "parts.npy",
        folder / "images.npy",
    )


def run(
    given: Representation, y: np.ndarray, record: Path, monkeypatch, **changed
) -> pd.DataFrame:
    monkeypatch.setattr(Representation, "y", lambda self: y)
    monkeypatch.setattr(Representation, "image_shape", lambda self: (2, 2, 1))
    told_of = [told(name, SGD) for name in ("svm", "softmax")]
    asked = {"seed": 3, "share": 0.1, "draw": 2, "threads": 1} | changed
    few_labels(given, told_of, SGD, **asked, record=record)
    return pd.read_csv(record)


def test_each_classifier_has_a_row(problem, tmp_path, monkeypatch):
    given, y, _ = problem
    rows = run(given, y, tmp_path / "few/accuracy.csv", monkeypatch)
    assert tuple(rows) == COLUMNS
    assert rows["classifier"].tolist() == ["svm", "softmax"]
    assert (rows[["representation", "seed", "share", "draw"]] == ["mine", 3, 0.1, 2]).all(
        axis=None
    )
    assert (rows["labels"] == 16).all()  # of 80 training and 80 validation images
    assert rows["test_accuracy"].min() > 0.8


def test_labels_that_were_not_drawn_change_nothing(problem, tmp_path, monkeypatch):
    """All labels of training and validation images that were not drawn are turned around."""
    given, y, part = problem
    expected = run(given, y, tmp_path / "a.csv", monkeypatch)
    kept = part == TEST
    for number in (TRAIN, VALIDATION):
        rng = generator(3, f"labels 2 of part {number}")
        kept[drawn(np.flatnonzero(part == number), y, 0.1, rng)] = True
    from pipeline.classifiers import few_labels as stage

    def drawn_before(index, classes, share, rng):
        return index[kept[index]]

    monkeypatch.setattr(stage, "drawn", drawn_before)
    found = run(given, np.where(kept, y, 1 - y), tmp_path / "b.csv", monkeypatch)
    pd.testing.assert_frame_equal(found, expected)


def test_the_same_bytes_for_any_number_of_threads(problem, tmp_path, monkeypatch):
    given, y, _ = problem
    for threads in (1, 3):
        run(given, y, tmp_path / f"{threads}.csv", monkeypatch, threads=threads)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "3.csv").read_bytes()
