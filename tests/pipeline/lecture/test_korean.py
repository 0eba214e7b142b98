"""The lecture in Korean: the same numbers, and no English left on the page or in a picture."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from support.classifiers import plan
from support.problems import C, clouds
from support.texts import drawn, english, file_of

from pipeline.lecture import (
    coordinates,
    filters,
    gradient_check,
    learning_rate,
    minibatch_noise,
    regularization,
    search,
    weights,
)
from pipeline.lecture.outline import PARTS, Outline
from pipeline.lecture.page import page
from pipeline.lecture.problem import Problem, write
from pipeline.runtime.store import write_array, write_arrays, write_json

CLASSES = ["katze", "hund"]
SETTINGS = {
    "raw_pixels": {},
    "color_histogram": {"bins": 2, "grid": 1, "space": "rgb"},
    "hog": {
        "orientations": 8,
        "directions": "unsigned",
        "pixels_per_cell": 4,
        "cells_per_block": 1,
    },
    "bag_of_words": {"encoding": "hard", "grid": 1},
    "local_binary_patterns": {"grid": 1},
}
STATE = {"words": np.random.default_rng(0).standard_normal((9, 27)), "patch_size": np.array(3)}
COLUMNS = {"raw_pixels": 192, "color_histogram": 8, "hog": 32, "bag_of_words": 9}


def names(folder: Path, part: str) -> list[Path]:
    return [folder / f"{part}.{end}" for end in ("csv", "svg", "txt")]


def numbers(folder: Path, parts: Sequence[str], texts: Path) -> None:
    """The parts that are measured on rows."""
    X, y = clouds(24, 1, d=40)
    write(folder / "rows.npz", Problem("pxl", 0, C, X, y, X, y))
    for part in parts:
        files = names(folder, part) + ([folder / "cost.csv"] if part == "search" else [])
        stage = getattr(import_module(f"pipeline.lecture.{part}"), part)
        stage(folder / "rows.npz", texts, *files)


def pictures(folder: Path, texts: Path) -> None:
    """The parts that show weights, coordinates and filters."""
    write_array(folder / "images.npy", np.zeros((1, 8, 8, 3), np.uint8))
    write_arrays(folder / "state.npz", STATE)
    for feature, settings in SETTINGS.items():
        d = COLUMNS.get(feature, 10)
        W = np.random.default_rng(d).standard_normal((d, 2))
        write_arrays(folder / "model.npz", {"svm.W": W, "scale": np.ones(d)})
        write_json(folder / "classes.json", CLASSES)
        given = [folder / name for name in ("model.npz", "images.npy", "classes.json")]
        told = feature, settings, ["svm"], {"svm": "SVM"}, *names(folder, f"weights_{feature}")
        weights.weights(*given, texts, "rprs", *told, folder / "state.npz")
    write_json(folder / "classes.json", ["a", "b", "c", "d"])
    rows = [str(folder / "rows.npz")]
    classes = folder / "classes.json"
    coordinates.coordinates(rows, "pxl", classes, texts, *names(folder, "coordinates"))
    block = {"name": "blck", "feature": "hog", "settings": SETTINGS["hog"], "state": ""}
    blocks = [block | {"knows": "hand-made"}]
    filters.filters(blocks, folder / "images.npy", texts, *names(folder, "filters"))


@pytest.fixture(scope="module")
def korean(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ko")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regularization, "LAMBDAS", [0.0, 1e-6, 1.0])
        patch.setattr(search, "BUDGETS", dict.fromkeys(search.BUDGETS, 10))
        patch.setattr(minibatch_noise, "DRAWS", 2)
        patch.setattr(learning_rate, "EPOCHS", 1)
        patch.setattr(gradient_check, "COORDINATES", 4)
        patch.setattr(gradient_check, "STEPS", [0.1, 1e-5])
        numbers(folder, PARTS, file_of("ko"))
        pictures(folder, file_of("ko"))
    return folder


def test_tables_are_the_same_in_either_language(korean, tmp_path):
    parts = "initial_loss", "scale", "score_moves"
    numbers(tmp_path, parts, file_of("en"))
    for part in parts:
        for same, file in zip((True, False, False), names(tmp_path, part), strict=True):
            assert (file.read_bytes() == (korean / file.name).read_bytes()) == same
        assert english(drawn(tmp_path / f"{part}.svg"))  # it would be seen


def test_no_sentence_and_no_label_is_in_english(korean):
    known = [*CLASSES, "pxl", "rprs", "blck"]
    for path in sorted(korean.glob("*.txt")):
        assert not english(path.read_text(), *known), path.name
    for path in sorted(korean.glob("*.svg")):
        assert not english(drawn(path), *known), path.name


def test_the_page_is_in_korean(korean):
    planned = plan("two_layer", "svm")
    planned.config["language"] = "ko"
    outline = Outline(planned)
    titles = {part: title for part, title in outline.titles().items() if part in PARTS}
    sentences = [str(korean / f"{part}.txt") for part in titles]
    written = korean / "lecture.md"
    given = list(titles), list(titles.values()), outline.left_out()
    page(file_of("ko"), sentences, *given, written)
    text = written.read_text()
    assert "# 강의를 수치로 확인하기" in text
    known = [*PARTS, "csv", "svg", "two_layer"]
    assert not english(text, *known)


def test_a_language_chooses_the_file_that_jobs_are_given():
    planned = plan()
    assert Outline(planned).texts.endswith("pipeline/lecture/texts/en.yaml")
    planned.config["language"] = "ko"
    assert Outline(planned).texts.endswith("pipeline/lecture/texts/ko.yaml")
