"""The reference is the optimum of the very objective that SGD minimises."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from test_leakage import PART, SGD, features, labels, write_set

from pipeline.classifiers.converge import converge
from pipeline.classifiers.losses import objective
from pipeline.classifiers.train import train
from pipeline.images.parts import TRAIN, VALIDATION


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("converge")
    given = write_set(folder, features(), labels())
    model, optimality = folder / "model", folder / "optimality.csv"
    written = {name: folder / name for name in ("sweep", "history")}
    settings = {**SGD, "epochs": 60, "learning_rates": [0.1]}
    train(**given, settings=settings, threads=1, model=model, **written)
    converge(**given, settings=settings, threads=2, model=model, optimality=optimality)
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


def test_there_is_a_row_for_each_classifier_with_both_times(table):
    assert table["classifier"].tolist() == ["svm", "softmax"]
    assert (table[["sgd_seconds", "reference_seconds"]] > 0).all(axis=None)
