"""The reference is the optimum of the very objective that SGD minimises."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from support import clusters
from support.classifiers import classifiers, told
from support.clusters import N_TRAINING, PART, features, labels

from pipeline.classifiers.converge import COLUMNS, converge, resume, setting_of
from pipeline.classifiers.losses import objective
from pipeline.classifiers.train import train
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.runtime.checkpoint import Checkpoint


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("converge")
    representation = clusters.write(folder)
    given = {**told(epochs=60, learning_rates=[0.1]), "seed": 0, "model": folder / "model"}
    written = {name: folder / name for name in ("sweep", "history")}
    train(representation, **given, threads=1, **written)
    del given["swept"]
    optimality = folder / "optimality.csv"
    assert converge(representation, **given, threads=2, optimality=optimality) == N_TRAINING
    return pd.read_csv(optimality)


def standardized() -> np.ndarray:
    X = features().astype(np.float64)
    return (X - X[PART == TRAIN].mean(axis=0)) / X[PART == TRAIN].std(axis=0)


def optimum(classifier: str, l2: float) -> tuple[float, float]:
    """Objective and validation accuracy by scipy, in double precision, on standardised columns."""
    X, y = standardized(), labels()
    d, C = X.shape[1], y.max() + 1

    def value(flat):
        W, b = flat[: d * C].reshape(d, C), flat[d * C :]
        total, d_W, d_b = objective(W, b, X[PART == TRAIN], y[PART == TRAIN], l2, classifier)
        return total, np.concatenate([d_W.ravel(), d_b])

    found = minimize(value, np.zeros(d * C + C), jac=True, options={"maxiter": 5000})
    W, b = found.x[: d * C].reshape(d, C), found.x[d * C :]
    right = (X @ W + b).argmax(axis=1) == y
    return found.fun, right[PART == VALIDATION].mean()


def test_the_reference_equals_scipy_on_the_same_objective(table):
    for row in table.itertuples():
        value, accuracy = optimum(row.classifier, row.l2)
        assert row.reference_objective == pytest.approx(value, rel=2e-3)
        assert row.reference_validation_accuracy == pytest.approx(accuracy, abs=0.04)


def test_sgd_is_never_below_the_optimum_and_comes_near(table):
    assert (table["sgd_objective"] >= table["reference_objective"] * (1 - 1e-4)).all()
    assert (table["sgd_objective"] <= table["reference_objective"] * 1.05).all()


def test_there_is_a_row_for_each_classifier_with_its_time_and_gap(table):
    assert table["classifier"].tolist() == ["svm", "softmax"]
    assert (table["reference_seconds"] > 0).all()
    ratio = table["sgd_objective"] / table["reference_objective"] - 1
    np.testing.assert_allclose(table["gap"], ratio, rtol=1e-4, atol=1e-6)


def test_the_setting_is_the_chosen_one():
    (classifier,) = classifiers("softmax", l2=[0, 1])
    setting = setting_of(classifier, np.array([0.1, 0]))
    assert setting == ("softmax", "softmax", {"learning_rate": 0.1, "l2": 0}, {})


def test_a_job_that_was_stopped_goes_on_where_it_was(tmp_path):
    trained = np.ones((3, 2)), np.zeros(2)
    checkpoint = Checkpoint(tmp_path / "svm.csv", ["svm", 0])
    assert resume(checkpoint, trained) == (trained, 0, 0.0)
    kept = {"W": np.full((3, 2), 7.0), "b": np.ones(2), "rounding": np.array(1)}
    checkpoint.save({**kept, "seconds": np.array(12.5)})
    (W, b), rounding, seconds = resume(checkpoint, trained)
    assert (W == 7).all()
    assert (b == 1).all()
    assert (rounding, seconds) == (1, 12.5)


def test_a_classifier_that_is_not_linear_is_left_out(tmp_path):
    other = {**classifiers("svm")[0], "name": "other", "module": "other"}
    np.savez(tmp_path / "model.npz")
    given = {"classifiers": [other], "sgd": told()["sgd"], "seed": 0, "threads": 1}
    files = {"model": tmp_path / "model.npz", "optimality": tmp_path / "optimality.csv"}
    converge(clusters.write(tmp_path), **given, **files)
    assert files["optimality"].read_text() == ",".join(COLUMNS) + "\n"
