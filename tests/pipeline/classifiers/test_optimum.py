"""The optimum against scipy in double precision, with many rows and with few."""

import numpy as np
import pytest
from scipy.optimize import minimize
from support import clusters
from support.classifiers import NAMES, setting, told
from support.clusters import ROWS, labels

from pipeline.classifiers import losses, optimum
from pipeline.classifiers.balance import balanced
from pipeline.classifiers.minibatches import held_out
from pipeline.classifiers.optimum import Objective, accuracy, in_own_space
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION

SGD = told()["sgd"]


def data(folder, n: int | None = None) -> TrainingSet:
    X = clusters.write(folder).matrix()
    training, validation = (np.flatnonzero(ROWS[part]) for part in (TRAIN, VALIDATION))
    rows = fit_rows(X, labels(), training[:n], 0, map)
    return TrainingSet(rows, training[:n], validation, clusters.C, 0, folder, map)


def standardized(told: TrainingSet, index) -> np.ndarray:
    return told.rows.standardizer.apply(told.rows.X.take(index)).astype(np.float64)


def best(told: TrainingSet, classifier: str, l2: float, weight=None) -> float:
    """The least objective on the standardised rows, with the weights as they are saved."""
    X, y, C = standardized(told, told.training), told.rows.y[told.training], clusters.C
    d = X.shape[1]
    each = np.ones(len(y)) if weight is None else weight[y]

    def value(flat):
        W, b = flat[: d * C].reshape(d, C), flat[d * C :]
        lost, slope = losses.named(classifier)(X @ W + b, y)
        slope *= each[:, None] / len(y)
        total = np.mean(each * lost) + l2 * np.sum(W**2)
        return total, np.concatenate([(X.T @ slope + 2 * l2 * W).ravel(), slope.sum(axis=0)])

    return minimize(value, np.zeros((d + 1) * C), jac=True, options={"maxiter": 5000}).fun


def best_margins(told: TrainingSet, classifier: str, l2: float) -> float:
    """The least objective of the SVM, as the quadratic program with a slack for every margin."""
    X, y, C = standardized(told, told.training), told.rows.y[told.training], clusters.C
    n, d = X.shape
    wrong = [(i, j) for i in range(n) for j in range(C) if j != y[i]]

    def value(flat):
        W, slack = flat[: d * C], flat[(d + 1) * C :]
        gradient = np.concatenate([2 * l2 * W, np.zeros(C), np.full(len(slack), 1 / n)])
        return slack.sum() / n + l2 * W @ W, gradient

    rows = np.zeros((len(wrong), (d + 1) * C + len(wrong)))
    for k, (i, j) in enumerate(wrong):
        for column, sign in ((y[i], 1), (j, -1)):
            rows[k, column : d * C : C] = sign * X[i]
            rows[k, d * C + column] = sign
        rows[k, (d + 1) * C + k] = 1
    constraint = {"type": "ineq", "fun": lambda flat: rows @ flat - 1, "jac": lambda flat: rows}
    bounds = [(None, None)] * ((d + 1) * C) + [(0, None)] * len(wrong)
    start = np.concatenate([np.zeros((d + 1) * C), np.ones(len(wrong))])
    options = {"maxiter": 1000, "ftol": 1e-10}
    return minimize(
        value,
        start,
        jac=True,
        constraints=constraint,
        bounds=bounds,
        method="SLSQP",
        options=options,
    ).fun


def nothing() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((clusters.D, clusters.C)), np.zeros(clusters.C)


@pytest.mark.parametrize("classifier", NAMES)
@pytest.mark.parametrize("few", [None, 12], ids=["many rows", "few rows"])
def test_the_optimum_equals_scipys(tmp_path, monkeypatch, classifier, few):
    monkeypatch.setattr(optimum, "FEW", 0 if few is None else 13)
    # With few rows weights are large and margins sharp, so that kinks count for more.
    monkeypatch.setattr(optimum, "WIDTHS", (0.1, 0.01, 0.001))
    some = data(tmp_path, few)
    problem = Objective(some, setting(classifier, 0.1, 0.01), SGD)
    found = problem.minimize(nothing(), 500)
    expected = (best_margins if (classifier, few) == ("svm", 12) else best)(some, classifier, 0.01)
    assert problem.value(*found) == pytest.approx(expected, rel=5e-3)
    assert problem.value(*found) >= expected * (1 - 1e-4)


def test_classes_that_weigh_the_same_have_another_optimum(tmp_path):
    some = data(tmp_path, 40)
    balancing = {**SGD, "class_weight": "balanced"}
    problem = Objective(some, setting("softmax", 0.1, 0.01), balancing)
    weight = balanced(some.rows.y[some.training], clusters.C)
    expected = best(some, "softmax", 0.01, weight)
    assert problem.value(*problem.minimize(nothing(), 500)) == pytest.approx(expected, rel=1e-3)
    plain = Objective(some, setting("softmax", 0.1, 0.01), SGD)
    assert abs(plain.value(*plain.minimize(nothing(), 500)) / expected - 1) > 5e-4


def test_what_was_found_is_told_and_can_be_gone_on_from(tmp_path):
    problem = Objective(data(tmp_path), setting("svm", 0.1, 0.01), SGD)
    told = []
    found = problem.minimize(nothing(), 300, lambda *step: told.append(step))
    assert [rounding for _, rounding in told] == sorted(rounding for _, rounding in told)
    weights, rounding = told[len(told) // 2]
    again = problem.minimize(weights, 300, roundings=range(rounding, len(optimum.WIDTHS)))
    assert problem.value(*again) == pytest.approx(problem.value(*found), rel=3e-3)


def test_accuracy_is_the_share_that_is_right(tmp_path):
    some = data(tmp_path)
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(clusters.D, clusters.C)), rng.normal(size=clusters.C)
    scores = standardized(some, some.validation) @ W + b
    right = np.mean(scores.argmax(axis=1) == labels()[some.validation])
    assert accuracy(W, b, some, held_out(some)()) == pytest.approx(right, abs=0.011)


def test_rows_in_their_own_space_have_the_same_products():
    X = np.random.default_rng(0).normal(size=(5, 40)).astype(np.float32)
    X[4] = X[3]  # so that they span four dimensions
    own, basis = in_own_space(X)
    assert own.shape == (5, 4)
    np.testing.assert_allclose(own @ basis.T, X, atol=1e-5)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-9)
