"""A classifier of a module of its own, with other settings than SGD's, or with none to sweep."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support import clusters
from support.classifiers import classifiers, told
from support.clusters import N_TRAINING, PART, ROWS, D, N, features, labels

from features.errors import BadInput
from pipeline import catalogue
from pipeline.classifiers.grid import Trained
from pipeline.classifiers.score import score
from pipeline.classifiers.train import train
from pipeline.images.parts import TEST, TRAIN
from pipeline.pairing import swept

MEANS = {"name": "means", "module": "nearest_mean", "loss": "softmax", "settings": {}}
UNSWEPT = {**MEANS, "swept": [], "keys": {}, "grows": []}
SWEPT = {
    **UNSWEPT,
    "swept": [["columns", [1, D]]],
    "keys": {"columns": "sgd.means.columns"},
}


YAML = {
    "about": "the class whose mean is nearest",
    "title": "nearest mean",
    "module": "nearest_mean",
    "loss": "softmax",
    "grid": {"columns": "columns"},
    "settings": {"columns": {"type": "array", "items": {"type": "integer"}, "default": [1, D]}},
}


def fit(data, grid, sgd, what) -> Trained:
    """The mean of each class, in all columns or in some; validation accuracy is their share."""
    X = data.rows.standardizer.apply(data.rows.X.take(data.training))
    y = data.rows.y[data.training]
    means = np.array([X[y == c].mean(axis=0) for c in range(data.n_classes)])
    columns = [setting.values.get("columns", D) for setting in grid]
    curves = np.zeros((2, 4, len(grid)))
    curves[:, 3] = np.array(columns) / D
    return Trained(
        curves,
        np.zeros(len(grid), bool),
        lambda i: {"means": means * (np.arange(D) < columns[i]), "columns": np.array(columns[i])},
    )


def scores(model: dict, X: np.ndarray) -> np.ndarray:
    seen = X * (np.arange(D) < model["columns"])
    squares = np.square(seen[:, None] - model["means"]).sum(axis=2)
    return (-squares).astype(np.float32)


@pytest.fixture(autouse=True)
def module(monkeypatch) -> SimpleNamespace:
    made = SimpleNamespace(train=fit, scores=scores)
    monkeypatch.setitem(sys.modules, "pipeline.classifiers.nearest_mean", made)
    return made


OWN_EPOCHS = {"means": {"epochs": 9}}


class Results:
    """The model and tables of `train`, and those of `score`."""

    def __init__(self, folder: Path, every: list[dict]) -> None:
        names = ("model.npz", "sweep.csv", "history.csv", "accuracy.csv", "confusion.csv")
        files = [folder / name for name in names]
        representation, columns = clusters.write(folder), swept(every)
        assert train(representation, every, columns, told()["sgd"], 0, 1, *files[:3]) == N_TRAINING
        given = representation, every, columns, 0, files[0], *files[3:]
        assert score(*given, folder / "predictions.npz") == N
        self.model = np.load(files[0])
        self.sweep, self.history, self.accuracy, self.confusion = map(pd.read_csv, files[1:])


@pytest.fixture(scope="module")
def distances() -> np.ndarray:
    """Of all images to the mean of each class of training images, (N, C)."""
    X = features().astype(np.float64)
    X = (X - X[ROWS[TRAIN]].mean(axis=0)) / X[ROWS[TRAIN]].std(axis=0)
    means = [X[(PART == TRAIN) & (labels() == c)].mean(axis=0) for c in range(clusters.C)]
    return np.array([np.square(X - mean).sum(axis=1) for mean in means]).T


@pytest.mark.parametrize("own", [None, [3]])
def test_the_plan_tells_of_its_settings_and_where_the_config_has_them(monkeypatch, own):
    known = {**catalogue.classifiers(), "means": YAML}
    monkeypatch.setattr(catalogue, "classifiers", lambda: known)
    sgd = {"means": {"columns": own}} if own else {}
    (means,) = classifiers("means", **sgd)
    values = own or [1, D]
    assert means == {**SWEPT, "swept": [["columns", values]]}
    assert told("means", **sgd)["sgd"] == {
        "epochs": 3,
        "steps": 0,
        "gain": 0.02,
        "batch_size": 32,
        "momentum": 0.9,
        "class_weight": "none",
        "choose_by": "accuracy",
    }


def test_settings_that_are_not_swept_reach_the_module(monkeypatch, tmp_path, module):
    described = {**YAML, "grid": {}, "settings": {"depth": {"type": "integer", "default": 4}}}
    known = {**catalogue.classifiers(), "means": described}
    monkeypatch.setattr(catalogue, "classifiers", lambda: known)
    (means,) = classifiers("means", means={"depth": 9})
    assert means["settings"] == {"depth": 9}
    seen = []

    def watched(data, grid, sgd, what):
        seen.extend(setting.fixed for setting in grid)
        return fit(data, grid, sgd, what)

    module.train = watched
    Results(tmp_path, [means])
    assert seen == [{"depth": 9}]


def test_its_own_default_counts_more_than_a_setting_that_all_share(monkeypatch):
    described = {**YAML, "grid": {}, "settings": {"epochs": {"type": "integer", "default": 4}}}
    known = {**catalogue.classifiers(), "means": described}
    monkeypatch.setattr(catalogue, "classifiers", lambda: known)
    found = [classifiers("means", epochs=7, **own)[0]["settings"] for own in ({}, OWN_EPOCHS)]
    assert found == [{"epochs": 4}, {"epochs": 9}]


def test_with_nothing_to_sweep_the_tables_have_no_columns_of_settings(tmp_path, distances):
    found = Results(tmp_path, [UNSWEPT])
    curves = ["train_loss", "train_accuracy", "validation_loss", "validation_accuracy"]
    run = ["representation", "classifier", "seed"]
    rest = ["chance_loss", "objective", "diverged", "finished", "chosen", "on_edge"]
    checked = ["gap", "converged_validation_accuracy"]
    assert list(found.sweep) == [*run, *curves, *rest, *checked]
    assert found.sweep[["objective", *checked]].isna().all(axis=None)
    assert found.sweep[["chosen", "on_edge"]].to_numpy().tolist() == [[True, False]]
    assert found.history["epoch"].tolist() == [1, 2]
    head = ["representation", "n_features", "classifier", "seed"]
    assert list(found.accuracy) == [*head, "split", "n", "accuracy", "balanced_accuracy", "loss"]
    assert found.model["means.setting"].shape == (0,)
    right = distances.argmin(axis=1) == labels()
    on_test = found.accuracy.set_index("split").loc["test"]
    assert on_test["accuracy"] == pytest.approx(right[ROWS[TEST]].mean())
    own = distances[np.arange(N), labels()]
    loss = own + np.log(np.exp(-distances).sum(axis=1))
    assert on_test["loss"] == pytest.approx(loss[ROWS[TEST]].mean(), rel=1e-4)
    assert found.confusion["n"].sum() == 100


@pytest.mark.parametrize("first", [True, False])
def test_beside_classifiers_that_sweep_its_cells_are_empty(tmp_path, first):
    linear = classifiers()
    found = Results(tmp_path, [UNSWEPT, *linear] if first else [*linear, UNSWEPT])
    for table in (found.sweep, found.accuracy):
        cells = table[["learning_rate", "l2"]].isna().to_numpy()
        is_means = table["classifier"] == "means"
        assert cells[is_means].all()
        assert not cells[~is_means].any()
    counts = found.sweep["classifier"].value_counts()
    assert counts["means"] == 1
    assert (counts[["svm", "softmax"]] >= 6).all()  # more where the grid has grown
    assert found.sweep[found.sweep["chosen"]]["classifier"].nunique() == 3


def test_its_settings_have_columns_of_their_own(tmp_path):
    found = Results(tmp_path, [*classifiers("svm"), SWEPT])
    assert list(found.sweep)[3:6] == ["learning_rate", "l2", "columns"]
    assert list(found.accuracy)[4:7] == ["learning_rate", "l2", "columns"]
    own = found.sweep.query("classifier == 'means'")
    assert own["columns"].tolist() == [1, D]
    assert own["chosen"].tolist() == own["on_edge"].tolist() == [False, True]
    assert own["learning_rate"].isna().all()
    assert found.sweep.query("classifier == 'svm'")["columns"].isna().all()
    assert (found.accuracy.query("classifier == 'means'")["columns"] == D).all()
    assert found.model["means.setting"].tolist() == [D]


def test_a_classifier_is_trained_alike_whatever_is_beside_it(tmp_path):
    alone = Results(tmp_path / "alone", classifiers("softmax"))
    beside = Results(tmp_path / "beside", [UNSWEPT, *classifiers("softmax")])
    for name in alone.model:
        assert alone.model[name].tobytes() == beside.model[name].tobytes()


def test_where_it_finds_no_end_the_config_is_at_fault(tmp_path, module):
    def lost(data, grid, sgd, what):
        return fit(data, grid, sgd, what)._replace(diverged=np.ones(len(grid), bool))

    module.train = lost
    for classifier in (SWEPT, UNSWEPT):
        with pytest.raises(BadInput, match="diverged on mine, means"):
            Results(tmp_path, [classifier])
