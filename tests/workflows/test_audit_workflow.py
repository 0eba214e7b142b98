"""The audit by the real Snakefile: what was planted is found, and the same on any cores."""

import csv

import numpy as np
import pandas as pd
import pytest
from support.planted import Planted, write
from support.project import Run, only

CONFIG = {
    "data": "photographs",
    "run": "planted",
    "validation_fraction": 0.2,
    "blocks": {
        "bag_of_words": {
            "codebook": {"words": 64, "patches": 10000, "iterations": 5},
            "stride": 2,
        },
    },
    "representations": only(both=["color_histogram", "bag_of_words"]),
    "classifiers": ["softmax"],
    "sgd": {"steps": 300, "learning_rates": [15], "l2": [0.03, 0.3], "svm": None},
}
ASKED = ("--", "audit")


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> tuple[Run, Planted]:
    made = Run(tmp_path_factory.mktemp("audit"))
    where = write(made.folder / CONFIG["data"], 100, 50, 15, 0.05)
    made.make("--cores", "2", *ASKED, config=CONFIG)
    return made, where


def rows(run: Run) -> list[dict]:
    with open(run.folder / "results/planted/audit.csv", encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_duplicates_that_were_planted_are_found(planted):
    run, where = planted
    found = {row["image"]: row for row in rows(run) if row["kind"] != "label"}
    assert np.mean([path in found for path in where.copies]) >= 0.95
    exact = [row for row in found.values() if row["kind"] == "exact duplicate"]
    for row in exact:
        assert row["score"] == "1"
        assert row["other_split"] in ("train", "validation")
        assert row["reason"].startswith("has the same pixels as a ")
    assert {p for p, (_, how) in where.copies.items() if how == "exact"} <= {
        row["image"] for row in exact
    }
    # Of test images that were not planted, those of one colour are alike, and hardly another.
    others = [
        row["reason"]
        for path, row in found.items()
        if path not in where.copies and row["split"] == "test" and row["kind"] != "exact duplicate"
    ]
    assert sum("nearly plain" not in reason for reason in others) <= 0.02 * 500


def test_labels_that_were_flipped_come_first(planted):
    run, where = planted
    found = [row for row in rows(run) if row["kind"] == "label"]
    scores = [float(row["score"]) for row in found]
    assert scores == sorted(scores, reverse=True)
    first = found[: len(where.flipped)]
    hits = [row for row in first if row["image"] in where.flipped]
    assert len(hits) >= 0.7 * len(where.flipped)
    assert {row["split"] for row in hits} == {"train", "validation", "test"}
    right = [row["other_class"] == where.flipped[row["image"]] for row in hits]
    assert np.mean(right) > 0.9
    assert f"gives {hits[0]['other_class']} a probability of" in hits[0]["reason"]


def test_accuracy_with_and_without_the_duplicates(planted):
    run, _ = planted
    twice = {
        row["image"] for row in rows(run) if row["kind"] != "label" and row["split"] == "test"
    }
    table = run.table("audit_accuracy", "planted")
    plain = pd.read_csv(run.folder / "work/planted/seed0/results/both/accuracy.csv")
    assert table["accuracy"].tolist() == plain[plain["split"] == "test"]["accuracy"].tolist()
    assert set(table["n"]) == {500}
    assert set(table["n_without"]) == {500 - len(twice)}
    # Of images that were trained on, more are right.
    assert (table["accuracy_without"] < table["accuracy"]).all()
    page = (run.folder / "results/planted/audit.md").read_text()
    assert f"{len(twice)} of 500 test images are duplicates, exact or near." in page


def test_the_same_bytes_on_one_core(planted):
    run, _ = planted
    names = ("audit.csv", "audit.md", "audit_accuracy.csv")
    before = {name: (run.folder / "results/planted" / name).read_bytes() for name in names}
    for made in ("near_duplicates", "fold-1"):
        (run.folder / f"work/planted/seed0/audit/{made}.npz").unlink()
    run.make("--cores", "1", *ASKED, config=CONFIG)
    after = {name: (run.folder / "results/planted" / name).read_bytes() for name in names}
    assert after == before
