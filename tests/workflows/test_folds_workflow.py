"""The real Snakefile with folds: every image is tested once, in every table and stage."""

import math

import numpy as np
import pandas as pd
import pytest
from support.colored_stripes import write
from support.project import TIMED, Run, only

CODEBOOK = {"words": 4, "patch_size": 4, "patches": 500, "iterations": 2}
CONFIG = {
    "data": "images",
    "run": "stripes",
    "folds": 3,
    "validation_fraction": 0.3,
    "blocks": {
        "color": {"feature": "color_histogram", "bins": 2},
        "words": {"feature": "bag_of_words", "codebook": CODEBOOK},
    },
    "representations": only(color=["color"], words=["words"]),
    "classifiers": ["softmax"],
    "sgd": {"epochs": 2, "steps": 0, "batch_size": 8, "learning_rates": [1], "l2": [0.001]},
}
N = 40  # images, ten of each of four classes
TRIALS = [(0, fold) for fold in (1, 2, 3)]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("folds"))
    write(made.folder / CONFIG["data"], 10)
    made.said = made.make("--cores", "2", "all", "optimality", "lecture", config=CONFIG)
    return made


def test_every_image_is_tested_once(run):
    folder = run.folder / "work/stripes"
    part = np.array([np.load(folder / f"seed0-fold{i}/parts.npy") for i in (1, 2, 3)])
    assert part.shape == (3, N)
    assert ((part == 2).sum(axis=0) == 1).all()


@pytest.mark.parametrize("name", ["accuracy", "confusion", "sweep", "history", "optimality"])
def test_tables_say_the_fold_behind_the_seed(run, name):
    table = run.table(name)
    assert table.columns.get_loc("fold") == table.columns.get_loc("seed") + 1
    for _, rows in table.groupby("representation"):
        pairs = list(zip(rows["seed"], rows["fold"], strict=True))
        assert list(dict.fromkeys(pairs)) == TRIALS


def test_codebooks_are_learned_in_each_fold(run):
    table = run.table("codebook")
    assert list(table.columns[:4]) == ["block", "seed", "fold", "iteration"]
    first = table.query("iteration == 1").set_index(["block", "seed", "fold"])
    assert list(first.index) == [(block, *trial) for block in ("words",) for trial in TRIALS]
    assert first["inertia"].nunique() == 3


def test_each_fold_is_scored_on_its_own_test_images(run):
    accuracy = run.table("accuracy").query("split == 'test'")
    sums = accuracy.groupby(["representation", "classifier", "seed"], dropna=False)["n"].sum()
    assert (sums == N).all()
    assert len(sums) == 3
    confusion = run.table("confusion")
    assert confusion.groupby(["representation", "seed"])["n"].sum().tolist() == [N] * 2


def test_the_summary_has_the_mean_over_folds_and_its_corrected_error(run):
    accuracy, summary = run.table("accuracy"), run.table("summary").set_index("representation")
    assert list(summary.columns[2:8]) == [
        *("n_seeds", "n_folds", "validation_accuracy_mean", "test_accuracy_mean"),
        *("test_accuracy_std", "test_accuracy_corrected_error"),
    ]
    assert (summary[["n_seeds", "n_folds"]] == [1, 3]).all(axis=None)
    for name in ("majority", "color", "words"):
        tested = accuracy.query("representation == @name and split == 'test'")["accuracy"]
        row = summary.loc[name]
        mean = sum(tested) / 3
        variance = sum((value - mean) ** 2 for value in tested) / 2
        assert row["test_accuracy_mean"] == pytest.approx(mean, rel=1e-6)
        assert row["test_accuracy_std"] == pytest.approx(math.sqrt(variance), rel=1e-5)
        # Each image is tested in one fold, and trained or validated on in two.
        expected = math.sqrt((1 / 3 + 1 / 2) * variance)
        assert row["test_accuracy_corrected_error"] == pytest.approx(expected, rel=1e-5)


def test_the_summary_says_what_is_tested_and_what_the_intervals_are(run):
    readable = (run.folder / "results/stripes/summary.md").read_text()
    (row,) = run.table("summary").query("representation == 'words'").itertuples()
    interval = f"{row.test_accuracy_low:.3f}-{row.test_accuracy_high:.3f}"
    assert f" | {interval} | unlabelled images |" in readable
    _, first, second, third, *_ = readable.split("\n\n")
    assert first.startswith("40 test images, each tested once in 3 folds: near the best row, ")
    assert second.startswith("Rows marked * are the best one and, where it cannot be told from it")
    assert third.startswith("The intervals allow for training images that trials share")
    assert f"\n\n{first}\n{second}\n{third}\n" in run.said
    assert "tells more" not in readable


def test_every_job_notes_time_and_memory(run):
    jobs = {"load": 1, "split": 3, "compute": 1, "fit": 3, "encode": 3, "train": 6, "score": 6}
    assert run.table("timing")["rule"].value_counts().to_dict() == jobs


def test_the_lecture_is_that_of_the_first_fold(run):
    lecture = run.folder / "results/stripes/lecture"
    assert (lecture / "lecture.md").exists()
    assert len(pd.read_csv(lecture / "weights_words.csv")) > 0
    rows = np.load(run.folder / "work/stripes/lecture/rows-words.npz")
    part = np.load(run.folder / "work/stripes/seed0-fold1/parts.npy")
    assert sorted(len(rows[name]) for name in rows if rows[name].ndim == 2) == [
        *sorted([(part == 1).sum(), (part == 0).sum()])
    ]


def test_results_are_the_same_bytes_on_one_core(run):
    run.make("--cores", "1", config={**CONFIG, "run": "other"})
    ours, others = (run.folder / "results" / name for name in ("stripes", "other"))
    names = {path.name for path in others.iterdir()}
    assert {"accuracy.csv", "summary.csv", "summary.md", "accuracy.svg", "codebook.csv"} < names
    for name in names - TIMED:
        assert (ours / name).read_bytes() == (others / name).read_bytes(), name


def test_a_second_call_has_nothing_to_do_and_another_seed_runs_its_own_jobs_only(run):
    # Of one call, the report may have been made before the lecture, and then shows it now.
    assert set(run.would_run(CONFIG)) <= {"report", "all"}
    run.make("--cores", "2", config=CONFIG)
    assert not run.would_run(CONFIG)
    jobs = run.would_run({**CONFIG, "seeds": [0, 5]})
    assert (jobs["split"], jobs["fit"], jobs["train"], jobs["majority"]) == (3, 3, 6, 3)
    assert "load" not in jobs


def test_data_that_is_split_already_is_one_line_and_its_advice_works(run):
    for name in ("train", "test"):
        write(run.folder / "own" / name, 6)
    config = {**CONFIG, "run": "own", "data": "own"}
    words = "folds: the data has 24 test images of its own", "remove folds", "ignore", "splits"
    run.fails(*words, config=config)
    split = "work/own/seed0-fold1/parts.npy"
    for n, more in (
        (24, {"ignore": ["test"]}),
        (48, {"splits": {"test": "train", "train": "train"}}),
    ):
        run.make("--cores", "2", split, config={**config, **more})
        assert len(np.load(run.folder / split)) == n


def test_a_class_of_too_few_images_is_one_line(run):
    config = {**CONFIG, "run": "few", "folds": 11}
    run.fails("10 images", "too few for 11 folds", "set folds to 10 at most", config=config)
