"""config/learned.yaml in the real workflow, on a few small images."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from support.colored_stripes import write
from support.predictions import scored_twice
from support.project import ROOT, TIMED, Run

N = 12  # images of each of four classes
NETWORK = {"epochs": 1, "steps": 12, "widths": [4, 6]}
SMALL = {
    "data": "stripes",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "blocks": {
        "pretrained": {"size": 32},
        "convnet": NETWORK,
        "bag_of_words": {"codebook": {"words": 8, "patches": 300, "iterations": 2}},
    },
    "sgd": {
        "epochs": 2,
        "steps": 0,
        "gain": 1,
        "learning_rates": [0.1, 1],
        "l2": [0.001],
        "svm": None,
        "two_layer": {"epochs": 2, "hidden": [8], "l2": [0.001], "dropout": [0]},
        "convnet": NETWORK,
    },
}


def small() -> dict:
    """config/learned.yaml with what is said above instead."""
    given = yaml.safe_load((ROOT / "config/learned.yaml").read_text())
    blocks = {name: each | SMALL["blocks"].get(name, {}) for name, each in given["blocks"].items()}
    return {**given, **SMALL, "blocks": {**SMALL["blocks"], **blocks}}


def made(folder: Path, cores: int) -> Run:
    run = Run(folder)
    write(run.folder / "stripes", N)
    run.make("--cores", str(cores), config=small())
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return made(tmp_path_factory.mktemp("learned"), 2)


def test_every_row_says_what_it_knew(run):
    summary = run.table("summary", "learned")
    known = {(row.representation, row.classifier): row.knows for row in summary.itertuples()}
    nothing, labels, other = "nothing", "labels of these images", "another data set"
    words, by_hand = "unlabelled images", "hand-made, unlabelled images"
    expected = {}
    for name, alone in [
        *(("raw_pixels", nothing), ("bag_of_words", words), ("engineered", by_hand)),
        *(("pretrained", other), ("convnet", labels)),
    ]:
        with_labels = {nothing: labels, labels: labels, other: f"{labels}, {other}"}
        expected[name, "svm"] = expected[name, "softmax"] = alone
        expected[name, "two_layer"] = with_labels.get(alone, f"{alone}, {labels}")
    expected["raw_pixels", "convnet"] = labels  # with no other representation
    assert {pair: each for pair, each in known.items() if pair[0] != "majority"} == expected


def test_results_are_the_same_bytes_on_one_core(run, tmp_path):
    other = made(tmp_path, 1)
    results = run.folder / "results/learned", other.folder / "results/learned"
    names = sorted(path.name for path in results[0].iterdir())
    assert names == sorted(path.name for path in results[1].iterdir())
    assert len(set(names) - TIMED) > 8
    for name in set(names) - TIMED:
        assert (results[0] / name).read_bytes() == (results[1] / name).read_bytes(), name


def test_what_the_network_learned_is_kept_as_plain_arrays(run):
    (state,) = (run.folder / "work/learned/seed0/states").glob("convnet-*.npz")
    training = run.table("training", "learned")
    assert training.columns.tolist() == ["block", "seed", "iteration", "loss", "accuracy"]
    with np.load(state, allow_pickle=False) as arrays:
        assert training["loss"].tolist() == pytest.approx(arrays["loss"], rel=1e-6)
    assert training["iteration"].tolist() == list(range(1, len(training) + 1))
    assert state.stat().st_size < 100_000
    assert pd.read_csv(run.folder / "results/learned/accuracy.csv")["split"].nunique() == 3


@pytest.mark.parametrize(
    ("representation", "classifier"),
    [("convnet", "two_layer"), ("raw_pixels", "convnet"), ("pretrained", "softmax")],
)
def test_predictions_are_those_of_the_run(run, representation, classifier):
    again, scores = scored_twice(run.folder, "learned", representation, classifier)
    np.testing.assert_array_equal(again, scores)
