"""Invariance by the real Snakefile: undisturbed images give the table's accuracy to the digit."""

import pandas as pd
import pytest
from support.colored_stripes import write
from support.project import Run, only

CONFIG = {
    "data": "images",
    "run": "stripes",
    "folds": 2,
    "validation_fraction": 0.3,
    "flips": True,
    "blocks": {
        "pixels": {"feature": "raw_pixels"},
        "color": {"feature": "color_histogram", "bins": 4},
        "words": {
            "feature": "bag_of_words",
            "codebook": {"words": 8, "patches": 500, "iterations": 2},
        },
    },
    "representations": only(raw=["pixels"], color=["color"], all=["words", "color", "pixels"]),
    "classifiers": ["softmax", "two_layer"],
    "sgd": {
        "epochs": 4,
        "steps": 100,
        "learning_rates": [3],
        "l2": [0.01],
        "svm": None,
        "two_layer": {"l2": [0.01], "hidden": [8], "dropout": [0], "epochs": 4},
    },
}
ASKED = ("--", "invariance")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("invariance"))
    write(made.folder / CONFIG["data"], 15)
    made.make("--cores", "2", *ASKED, config=CONFIG)
    return made


def test_a_row_for_each_disturbance_representation_classifier_and_trial(run):
    table = run.table("invariance")
    assert len(table) == 15 * 3 * 2 * 2
    assert not table.duplicated(
        ["disturbance", "amount", "representation", "classifier", "seed", "fold"]
    ).any()
    assert table.groupby("fold")["n"].first().sum() == 60
    assert table[["undisturbed", "lost"]].notna().all(axis=None)


def test_the_colour_histogram_loses_nothing_by_places_of_pixels(run):
    table = run.table("invariance")
    moved = table[table["disturbance"].isin(["mirrored", "turned", "shuffled"])]
    assert (moved[moved["representation"] == "color"]["lost"] == 0).all()
    assert (moved[moved["representation"] == "raw"]["lost"] != 0).any()


def test_undisturbed_images_give_exactly_the_accuracy_of_the_tables(run):
    """The stage, by the command of one of its jobs, but for the disturbance."""
    log = run.make("--cores", "1", "-np", "--forcerun", "disturb", *ASKED, config=CONFIG)
    line = next(line for line in log.splitlines() if "--disturbance=mirrored" in line)
    command = line.partition("Shell command: ")[2]
    seed_and_fold = "work/stripes/seed0-fold"
    for fold in (1, 2):
        mine = command.replace("--disturbance=mirrored", "--disturbance=undisturbed")
        for other in (1, 2):
            mine = mine.replace(f"{seed_and_fold}{other}", f"{seed_and_fold}{fold}")
        run.by_hand(mine.replace("mirrored.csv", "undisturbed.csv"))
        found = pd.read_csv(run.folder / f"{seed_and_fold}{fold}/invariance/undisturbed.csv")
        plain = run.table("accuracy")
        plain = plain[(plain["split"] == "test") & (plain["fold"] == fold)]
        plain = plain[plain["representation"] != "majority"]
        assert found["accuracy"].tolist() == plain["accuracy"].tolist()
        assert found["classifier"].tolist() == plain["classifier"].tolist()


def test_the_same_bytes_on_one_core_and_nothing_to_do_before(run):
    assert "Nothing to be done" in run.make("--cores", "2", *ASKED, config=CONFIG)
    folder = run.folder / "results/stripes"
    before = {path.name: path.read_bytes() for path in folder.glob("invariance.*")}
    assert set(before) == {f"invariance.{end}" for end in ("csv", "svg", "png", "md")}
    again = [f"work/stripes/seed0-fold1/invariance/{key}.csv" for key in ("noisy-20", "blurred-1")]
    for name in again:
        (run.folder / name).unlink()
    run.make("--cores", "1", *ASKED, config=CONFIG)
    assert {name: (folder / name).read_bytes() for name in before} == before
