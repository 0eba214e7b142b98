"""The lecture by the real Snakefile, on images whose right answers are known."""

import math
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from support.colored_stripes import CLASSES, write
from support.project import Run, only

CONFIG = {
    "data": "images",
    "run": "stripes",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "shard_size": 50,
    "blocks": {
        "pixels": {"feature": "raw_pixels"},
        "color": {"feature": "color_histogram", "bins": 2},
        "hog": {"feature": "hog"},
        "words": {
            "feature": "bag_of_words",
            "codebook": {"words": 8, "patch_size": 4, "patches": 500, "iterations": 4},
        },
    },
    "representations": only(
        all=["color", "hog"],
        raw=["pixels"],
        hog=["hog"],
        color=["color"],
        words=["words"],
    ),
    "classifiers": ["svm", "softmax"],
    "sgd": {
        "epochs": 2,
        "steps": 0,
        "batch_size": 8,
        "momentum": 0.9,
        "learning_rates": [0.01],
        "l2": [0.0001, 0.01],
        "svm": None,
    },
}
PARTS = (
    *("initial_loss", "scale", "score_moves", "regularization", "search", "gradient_check"),
    *("learning_rate", "minibatch_noise"),
    *("weights_raw", "weights_hog", "weights_color", "weights_words", "coordinates", "filters"),
)
TIMED = {"search.csv", "search.svg", "gradient_cost.csv"}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("lecture"))
    write(made.folder / CONFIG["data"], 15)
    made.make("--cores", "2", "lecture", config=CONFIG)
    return made


def table(run: Run, name: str) -> pd.DataFrame:
    return run.table(f"lecture/{name}")


def test_every_part_has_a_table_a_picture_and_a_sentence(run):
    folder = run.folder / "results/stripes/lecture"
    page = (folder / "lecture.md").read_text()
    sections = re.findall(r"^## (\d+)\. .+\n\n(.+\.)\n\n!\[.+\]\((\w+)\.svg\)$", page, re.M)
    assert [int(number) for number, _, _ in sections] == list(range(1, 15))
    assert {name for _, _, name in sections} == set(PARTS)
    for name in PARTS:
        assert len(table(run, name)) > 0
        assert (folder / f"{name}.svg").stat().st_size < 150_000


def test_losses_start_where_guessing_does(run):
    last = table(run, "initial_loss").groupby("classifier").last()
    assert last["n_classes"].tolist() == [4, 4]
    assert last.loc["svm", "loss"] == pytest.approx(3, abs=2e-3)
    assert last.loc["softmax", "loss"] == pytest.approx(math.log(4), abs=1e-3)


def test_gradients_are_right(run):
    best = table(run, "gradient_check").query("best")
    assert len(best) == 6
    linear = best["classifier"] != "two_layer"
    assert (best["largest_error"] <= np.where(linear, 1e-7, 1e-5)).all()


def test_the_hinge_does_not_see_small_moves_and_softmax_does(run):
    moves = table(run, "score_moves").query("curve == 'move'").groupby("classifier")
    assert moves["largest_change"].max()["svm"] <= 1e-12
    assert moves["smallest_change"].min()["softmax"] > 0


def test_raw_pixels_are_measured_wherever_they_stand_in_the_config(run):
    cost = table(run, "gradient_cost")
    assert cost["n_weights"].tolist() == [(16 * 16 * 3 + 1) * 4, 10, (16 * 16 * 3 + 1) * 4]
    noise = table(run, "minibatch_noise")
    slopes = [
        np.polyfit(np.log(rows["batch_size"]), np.log(rows["noise"]), 1)[0]
        for _, rows in noise.groupby("classifier")
    ]
    assert slopes == pytest.approx([-0.5, -0.5], abs=0.05)


def test_weights_want_what_their_class_is_made_of(run):
    """Stripes that lie change downwards, those that stand across; red is red."""
    first = table(run, "weights_hog").query("rank == 1")
    assert first["class"].tolist() == CLASSES * 2
    degrees = first["feature"].str.extract(r"gradient ([\d.]+) degrees")[0].astype(float)
    downwards = np.abs(degrees - 90) < 45
    assert (downwards == first["class"].str.endswith("lying")).mean() >= 0.75
    ranked = table(run, "weights_color").query("rank in [1, -1]")
    red = ranked["feature"].str.startswith("rgb 191 64")
    is_red = ranked["class"].str.startswith("red") == (ranked["rank"] == 1)
    assert red[is_red].mean() > red[~is_red].mean()


def test_a_second_call_has_nothing_to_do(run):
    said = run.make("--cores", "2", "lecture", config=CONFIG)
    assert "Nothing to be done" in said


def test_another_language_says_everything_anew_and_computes_no_feature(run):
    jobs = run.would_run({**CONFIG, "language": "ko"}, "--cores", "2", "lecture")
    again = {"part": 7, "search": 1, "weights": 4, "coordinates": 1, "filters": 1, "page": 1}
    assert jobs == {**again, "lecture": 1}


@pytest.mark.parametrize(
    ("edited", "job"),
    [
        ("score_moves", ("part", "part=score_moves")),
        ("weights_hog", ("weights", "representation=hog")),
    ],
)
def test_a_change_of_a_part_reruns_it_and_the_page_only(run, edited, job):
    module = run.project / f"pipeline/lecture/{edited}.py"
    before = module.read_text()
    module.write_text(before + "\n# edited\n")
    options = ("--cores", "2", "--dry-run", "--quiet", "progress", "--", "lecture")
    try:
        said = run.make(*options, config=CONFIG)
    finally:
        module.write_text(before)
    rule, wildcard = job
    assert Counter(re.findall(r"^rule (\w+):$", said, re.M)) == {rule: 1, "page": 1, "lecture": 1}
    assert re.findall(r"^    wildcards: (.+)$", said, re.M) == [wildcard]


def test_all_that_is_not_timed_is_the_same_bytes_on_one_core(run):
    folder = run.folder / "results/stripes/lecture"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    timed = table(run, "search")
    run.make("--cores", "1", "--forcerun", "sample", "filters", "--", "lecture", config=CONFIG)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == set(after)
    assert {name for name in before if before[name] != after[name]} <= TIMED
    untimed = ["method", "updates", "evaluations", "loss", "accuracy", "validation_accuracy"]
    untimed.append("at_equal_evaluations")
    pd.testing.assert_frame_equal(table(run, "search")[untimed], timed[untimed])
