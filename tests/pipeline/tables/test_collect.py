"""Tables are the records as they were written, one after the other."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.classifiers import classifiers

from pipeline.classifiers.score import CONFUSION
from pipeline.jobs import as_json
from pipeline.runtime.store import write_arrays, write_csv
from pipeline.tables.ablate import ablate
from pipeline.tables.collect import collect
from pipeline.tables.plot import plot

KINDS = ["accuracy", "confusion", "sweep", "history"]
RUN = ("representation", "classifier", "seed")
ACCURACY = ("representation", "n_features", "classifier", "seed", "learning_rate", "l2")
TITLES = {"svm": "SVM", "softmax": "softmax"}


def collected(folders: list[Path], kinds: list[str], into: Path, **more) -> None:
    """What `collect` makes of the records in some folders."""
    patterns = [f"{folder}/{{kind}}.csv" for folder in folders]
    collect(patterns, kinds, f"{into}/{{name}}.csv", **more)


def summarized(folders: list[Path], into: Path, every: list[dict], kinds=KINDS) -> None:
    collected(folders, kinds, into, classifiers=every, readable=into / "summary.md")


@pytest.fixture
def records(tmp_path):
    """Of two representations, one of them called null, on the classes NA and nan."""
    folders = [tmp_path / name for name in ("pixels", "null")]
    for folder in folders:
        run = (folder.name, 4, "svm", 0, 0.1, 0.0)
        rows = [(*run, split, 10, 0.5, 1.0) for split in ("validation", "test")]
        write_csv(folder / "accuracy.csv", (*ACCURACY, "split", "n", "accuracy", "loss"), rows)
        cells = [(folder.name, "svm", 0, a, b, 5) for a in ("NA", "nan") for b in ("NA", "nan")]
        write_csv(folder / "confusion.csv", CONFUSION, cells)
        for kind in ("sweep", "history"):
            head = (*RUN, "learning_rate", "l2", "on_edge")
            write_csv(folder / f"{kind}.csv", head, [(folder.name, "svm", 0, 0.1, "", True)])
    return folders


def test_names_that_look_like_missing_values_stay(records, tmp_path):
    summarized(records, tmp_path, classifiers("svm"))
    for kind in KINDS:
        texts = [(folder / f"{kind}.csv").read_text() for folder in records]
        header = texts[0].splitlines(keepends=True)[0]
        whole = header + "".join(text.removeprefix(header) for text in texts)
        assert (tmp_path / f"{kind}.csv").read_text() == whole
    summary = (tmp_path / "summary.csv").read_text().splitlines()
    assert summary[1:] == ["pixels,4,svm,1,0.5,0.5,", "null,4,svm,1,0.5,0.5,"]
    assert "Warning: null, svm, seed 0" in (tmp_path / "summary.md").read_text()


def test_they_are_drawn_too(records, tmp_path):
    summarized(records, tmp_path, classifiers("svm"))
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    plot(tmp_path / "summary.csv", TITLES, svg, png)
    assert ">null</text>" in svg.read_text()
    block = {"codebook": {"words": 8}, "feature": "bag_of_words", "encoding": "hard"}
    table = tmp_path / "ablation.csv"
    ablation = {"along": "codebook.words", "label": "words", "lines": "encoding"}
    ablation["blocks"] = {"pixels": block, "null": block}
    ablate(tmp_path / "summary.csv", ablation, TITLES, table, svg, png)
    found = pd.read_csv(table, keep_default_na=False)
    assert found["representation"].tolist() == ["pixels", "null"]


def test_of_some_kinds_there_are_their_tables_and_no_summary(records, tmp_path):
    for place, folder in enumerate(records):
        (folder / "optimality.csv").write_text(f"representation,l2\n{folder.name},{place}.50\n")
    results = tmp_path / "results"
    collected(records, ["optimality"], results)
    assert [path.name for path in results.iterdir()] == ["optimality.csv"]
    expected = "representation,l2\npixels,0.50\nnull,1.50\n"
    assert (results / "optimality.csv").read_text() == expected


def test_curves_have_the_columns_that_they_are_asked_for(tmp_path):
    states = [tmp_path / f"{name}.npz" for name in ("one", "two")]
    loss, steps = np.array([3.5, 0.25]), np.array([10, 20])
    write_arrays(states[0], {"loss": loss, "steps": steps, "words": np.eye(3)})
    write_arrays(states[1], {"loss": loss[:1] + 1, "steps": steps[:1]})
    curves = {
        "tree": {
            "columns": ["steps", "loss"],
            "states": [["a", 0, str(states[0])], ["b", 7, str(states[1])]],
        },
        "leaves": {"columns": ["steps"], "states": [["a", 0, str(states[0])]]},
    }
    collected([], [], tmp_path, curves=curves)
    tables = {name: (tmp_path / f"{name}.csv").read_text().splitlines() for name in curves}
    assert tables == {
        "tree": [
            "block,seed,iteration,steps,loss",
            "a,0,1,10,3.5",
            "a,0,2,20,0.25",
            "b,7,1,10,4.5",
        ],
        "leaves": ["block,seed,iteration,steps", "a,0,1,10", "a,0,2,20"],
    }


def test_a_warning_names_what_the_classifier_sweeps_and_where_the_config_has_it(records, tmp_path):
    other = {"name": "other", "swept": [["depth", [8, 12]]]}
    other["keys"] = {"depth": "sgd.other.depths"}
    head = (*RUN, "learning_rate", "l2", "depth", "on_edge")
    rows = [("pixels", "svm", 0, 0.1, 0, "", True), ("pixels", "other", 3, "", "", 12, True)]
    write_csv(records[0] / "sweep.csv", head, [*rows, ("pixels", "other", 4, "", "", 8, False)])
    told = json.loads(as_json([*classifiers("svm"), other]))  # as the stage gets them
    summarized(records[:1], tmp_path, told)
    said = (tmp_path / "summary.md").read_text()
    warnings = [line for line in said.splitlines() if line.startswith("Warning")]
    assert warnings == [
        "Warning: pixels, svm, seed 0: the best setting (learning_rate 0.1, l2 0) is on the "
        "grid's edge; widen learning_rates or l2 of sgd, or of sgd.svm where it has its own.",
        "Warning: pixels, other, seed 3: the best setting (depth 12) is on the grid's edge; "
        "widen depths of sgd, or of sgd.other where it has its own.",
    ]


def test_mean_and_spread_are_those_over_seeds(tmp_path):
    found = {0: (0.5, 0.4), 1: (0.7, 0.6), 5: (0.6, 0.8)}
    for seed, accuracies in found.items():
        folder = tmp_path / str(seed)
        run = ("pixels", 4, "svm", seed, 0.1, 0)
        rows = [
            (*run, split, 10, accuracy, 1.0)
            for split, accuracy in zip(("validation", "test"), accuracies, strict=True)
        ]
        write_csv(folder / "accuracy.csv", (*ACCURACY, "split", "n", "accuracy", "loss"), rows)
        write_csv(folder / "sweep.csv", (*RUN, "on_edge"), [("pixels", "svm", seed, False)])
    folders = [tmp_path / str(seed) for seed in found]
    summarized(folders, tmp_path, classifiers("svm"), ["accuracy", "sweep"])
    (row,) = pd.read_csv(tmp_path / "summary.csv").itertuples()
    assert row.n_seeds == 3
    assert row.validation_accuracy_mean == pytest.approx(0.6)
    assert (row.test_accuracy_mean, row.test_accuracy_std) == pytest.approx((0.6, 0.2))
    assert "0.600 ± 0.200" in (tmp_path / "summary.md").read_text()
