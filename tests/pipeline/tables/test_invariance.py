"""The table, the sentences and the picture of what disturbed images lose, on made-up records."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.runtime.store import write_csv
from pipeline.tables.invariance import (
    by_disturbance,
    by_representation,
    draw,
    invariance,
    joined,
    mean_loss,
    readable_on,
    with_undisturbed,
)

WORDS = {"shifted-2": "shifted by 2 pixels", "mirrored": "mirrored", "darkened-0.5": "darker"}
COLUMNS = ("disturbance", "amount", "representation", "classifier", "seed", "n", "accuracy")
# By disturbance and seed, the accuracies of two representations, one with two classifiers.
ACCURACIES = {
    ("shifted", 2): {0: (0.80, 0.70, 0.50), 1: (0.82, 0.72, 0.50)},
    ("mirrored", ""): {0: (0.90, 0.80, 0.20), 1: (0.90, 0.80, 0.20)},
    ("darkened", 0.5): {0: (0.10, 0.10, 0.601), 1: (0.10, 0.10, 0.603)},
}
ROWS = [("color", "svm"), ("color", "softmax"), ("NA", "svm")]
PLAIN = {0: (0.90, 0.80, 0.60), 1: (0.92, 0.82, 0.60)}


@pytest.fixture
def records(tmp_path) -> list[str]:
    """Files as `disturb` writes them: of each disturbance, a file for each seed."""
    paths = []
    for (name, amount), by_seed in ACCURACIES.items():
        for seed, values in by_seed.items():
            paths.append(tmp_path / f"{name}-{seed}.csv")
            rows = [
                (name, amount, *row, seed, 100, value)
                for row, value in zip(ROWS, values, strict=True)
            ]
            write_csv(paths[-1], COLUMNS, rows)
    return list(map(str, paths))


@pytest.fixture
def accuracies(tmp_path) -> Path:
    rows = [("majority", "", seed, "test", 0.1) for seed in PLAIN]
    for seed, values in PLAIN.items():
        for row, value in zip(ROWS, values, strict=True):
            rows += [(*row, seed, "validation", 0.99), (*row, seed, "test", value)]
    path = tmp_path / "accuracy.csv"
    write_csv(path, ("representation", "classifier", "seed", "split", "accuracy"), rows)
    return path


@pytest.fixture
def lost(records, accuracies) -> pd.DataFrame:
    rows = with_undisturbed(joined(records, []), pd.read_csv(accuracies, keep_default_na=False))
    return 100 * mean_loss(rows, list(WORDS))


def test_what_is_lost_is_the_mean_over_seeds(lost):
    assert list(lost.columns) == list(WORDS)
    assert list(lost.index) == ROWS  # NA is a name, and stays one
    assert lost.loc[("color", "svm"), "shifted-2"] == pytest.approx(10)
    assert lost.loc[("color", "softmax"), "darkened-0.5"] == pytest.approx(71)
    assert lost.loc[("NA", "svm"), "darkened-0.5"] == pytest.approx(-0.2)


def test_the_sentences_by_hand(lost):
    assert by_representation(lost, WORDS) == [
        "color loses by each of them; most, 76.0 points, on images darker.",
        "NA loses next to nothing on images darker; most, 40.0 points, on images mirrored.",
    ]
    assert by_disturbance(lost, WORDS)[1:] == [
        "Images mirrored: color loses the least (1.0 points), NA the most (40.0).",
        "Images darker: NA loses the least (-0.2 points), color the most (76.0).",
    ]
    assert by_disturbance(lost.loc[["color"]], WORDS) == []


def test_folds_are_told_apart(records):
    rows = joined(records, [1, 2])
    assert list(rows.columns)[4:6] == ["seed", "fold"]
    assert rows["fold"].tolist() == [1, 1, 1, 2, 2, 2] * 3


def test_the_picture_has_a_number_in_every_cell(lost):
    whole = pd.Series([91.0, 81.0, 60.0], index=lost.index)
    titles = {"svm": "SVM", "softmax": "softmax"}
    axes = draw(lost, whole, WORDS, titles).axes[0]
    assert [text.get_text() for text in axes.texts[:3]] == ["10", "1", "81"]
    assert [text.get_text() for text in axes.get_yticklabels()][2] == "NA, SVM (60.0 %)"
    assert [text.get_text() for text in axes.get_xticklabels()] == list(WORDS.values())


def test_numbers_stand_out_from_their_colour():
    assert readable_on(np.array([1, 1, 1])) == "black"
    assert readable_on(np.array([0.5, 0.16, 0.02])) == "white"
    assert readable_on(np.array([0.91, 0.37, 0.05])) == "black"  # 6 to 1 against 3.5 to 1


def test_all_files_are_written(records, accuracies, tmp_path):
    made = {name: tmp_path / f"out.{name}" for name in ("table", "svg", "png", "sentence")}
    page = tmp_path / "invariance.md"
    titles = {"svm": "SVM", "softmax": "softmax"}
    invariance(records, [], list(WORDS.items()), titles, accuracies, **made, readable=page)
    table = pd.read_csv(made["table"], keep_default_na=False)
    assert list(table.columns) == [*COLUMNS, "undisturbed", "lost"]
    assert len(table) == 18
    first = table.iloc[0]
    assert (first["amount"], first["accuracy"], first["undisturbed"]) == ("2", 0.8, 0.9)
    assert first["lost"] == 0.1
    lines = made["sentence"].read_text().splitlines()
    assert len(lines) == 2 + 3
    assert all(f"- {line}\n" in page.read_text() for line in lines)
    assert made["png"].stat().st_size > 1000
    assert b"<svg" in made["svg"].read_bytes()
