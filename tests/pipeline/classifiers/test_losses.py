"""Both losses against examples worked by hand, naive loops, and what must hold for any scores."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from scipy.special import log_softmax

from pipeline import catalogue
from pipeline.classifiers.losses import named, objective, softmax, svm

H = 1e-5
LOSSES = {"svm": svm, "softmax": softmax}


@st.composite
def problems(draw, n_classes=None):
    """Scores (n, C) of moderate size and the correct classes."""
    n, C = draw(st.integers(1, 6)), n_classes or draw(st.integers(2, 5))
    scores = draw(arrays(np.float64, (n, C), elements=st.floats(-20, 20)))
    y = draw(arrays(np.int64, n, elements=st.integers(0, C - 1)))
    return scores, y


def naive_svm(scores, y) -> list[float]:
    return [
        sum(max(0.0, s - row[c] + 1) for j, s in enumerate(row) if j != c)
        for row, c in zip(scores.tolist(), y.tolist(), strict=True)
    ]


def naive_softmax(scores, y) -> list[float]:
    return [
        -math.log(math.exp(row[c]) / sum(math.exp(s) for s in row))
        for row, c in zip(scores.tolist(), y.tolist(), strict=True)
    ]


def crammer_singer(scores, y) -> list[float]:
    return [
        max(0.0, *(s - row[c] + 1 for j, s in enumerate(row) if j != c))
        for row, c in zip(scores.tolist(), y.tolist(), strict=True)
    ]


def test_a_loss_is_found_by_its_name():
    assert {name: named(name) for name in LOSSES} == LOSSES


@pytest.mark.parametrize("classifier", catalogue.classifiers())
def test_every_classifier_names_a_loss(classifier):
    loss, gradient = named(catalogue.classifiers()[classifier]["loss"])(np.eye(2, 3), np.arange(2))
    assert loss.shape == (2,)
    assert gradient.shape == (2, 3)


def test_svm_of_three_images_by_hand():
    scores = np.array([(3.2, 5.1, -1.7), (1.3, 4.9, 2.0), (2.2, 2.5, -3.1)])
    loss, gradient = svm(scores, np.array([0, 1, 2]))
    np.testing.assert_allclose(loss, [2.9, 0, 12.9])
    assert loss.mean() == pytest.approx(5.2667, abs=5e-5)
    np.testing.assert_array_equal(gradient, [(-1, 1, 0), (0, 0, 0), (1, 1, -2)])


def test_svm_of_a_margin_of_ten_by_hand():
    # Scores (13, -7, 11) with margin 10 lose 8: a tenth of all that, with margin 1, loses 0.8.
    loss, _ = svm(np.array([(1.3, -0.7, 1.1)]), np.array([0]))
    np.testing.assert_allclose(loss, [0.8])


def test_svm_sums_over_wrong_classes_on_a_published_matrix():
    scores = np.array(
        [
            [+0.36, -0.17, -0.58, -0.99],
            [-0.54, -0.37, -0.48, -0.58],
            [-1.45, -0.58, -0.38, -0.17],
            [-0.54, -0.38, -0.48, -0.58],
            [-2.36, -0.79, -0.27, +0.24],
            [-1.45, -0.58, -0.38, -0.17],
        ]
    )
    y = np.array([0, 1, 2, 1, 3, 2])
    assert svm(scores, y)[0].mean() == pytest.approx(1.6816667, abs=1e-7)
    assert np.mean(crammer_singer(scores, y)) == pytest.approx(0.8616667, abs=1e-7)


def test_softmax_probabilities_by_hand():
    scores = np.tile([1.0, -2.0, 0.0], (3, 1))
    loss, gradient = softmax(scores, np.arange(3))
    np.testing.assert_allclose(np.exp(-loss), [0.7054, 0.0351, 0.2595], atol=5e-5)
    np.testing.assert_allclose(gradient + np.eye(3), np.exp(-loss)[None].repeat(3, 0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_does_not_overflow(dtype):
    scores = np.tile(np.array([123, 456, 789], dtype), (3, 1))
    loss, gradient = softmax(scores, np.arange(3))
    np.testing.assert_array_equal(loss, [666, 333, 0])
    np.testing.assert_allclose(gradient, [(-1, 0, 1), (0, -1, 1), (0, 0, 0)], atol=1e-100)


@pytest.mark.parametrize("n_classes", [2, 3, 10])
def test_the_loss_at_the_start_is_that_of_guessing(n_classes):
    y = np.arange(n_classes)
    zero = np.zeros((n_classes, n_classes))
    np.testing.assert_allclose(svm(zero, y)[0], n_classes - 1)
    np.testing.assert_allclose(softmax(zero, y)[0], math.log(n_classes))


@given(problems())
def test_losses_equal_naive_loops(problem):
    scores, y = problem
    np.testing.assert_allclose(svm(scores, y)[0], naive_svm(scores, y), atol=1e-12)
    np.testing.assert_allclose(softmax(scores, y)[0], naive_softmax(scores, y), atol=1e-12)
    rows = np.arange(len(y))
    np.testing.assert_allclose(
        softmax(scores, y)[0], -log_softmax(scores, axis=1)[rows, y], atol=1e-12
    )


@given(problems())
def test_svm_is_at_least_the_hinge_of_crammer_and_singer(problem):
    scores, y = problem
    assert (svm(scores, y)[0] >= np.array(crammer_singer(scores, y)) - 1e-12).all()


@given(problems(n_classes=2))
def test_with_two_classes_svm_is_the_binary_hinge(problem):
    scores, y = problem
    decision, sign = scores[:, 1] - scores[:, 0], 2 * y - 1
    binary = np.maximum(0, 1 - sign * decision)
    np.testing.assert_allclose(svm(scores, y)[0], binary, atol=1e-12)
    np.testing.assert_allclose(crammer_singer(scores, y), binary, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@given(problems(), st.floats(-100, 100))
def test_a_constant_added_to_all_scores_changes_nothing(loss, problem, constant):
    scores, y = problem
    np.testing.assert_allclose(loss(scores + constant, y)[0], loss(scores, y)[0], atol=1e-11)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@given(problems())
def test_gradients_sum_to_zero_over_classes(loss, problem):
    _, gradient = loss(*problem)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_further_axes_equal_separate_calls(loss, dtype):
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, (7, 4, 2, 3)).astype(dtype)
    y = rng.integers(4, size=7)
    together = loss(scores.copy(), y)
    assert [part.dtype for part in together] == [dtype, dtype]
    for i in range(2):
        for j in range(3):
            alone = loss(scores[:, :, i, j].copy(), y)
            np.testing.assert_allclose(together[0][:, i, j], alone[0], rtol=1e-6)
            np.testing.assert_allclose(together[1][:, :, i, j], alone[1], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_scores_are_left_as_they_are(loss):
    scores = np.random.default_rng(0).normal(size=(5, 3))
    before = scores.copy()
    loss(scores, np.array([0, 1, 2, 0, 1]))
    np.testing.assert_array_equal(scores, before)


class Gradients:
    """The objective's gradients with respect to (W, b) as one vector, and by differences."""

    def __init__(self, loss: str, X: np.ndarray, y: np.ndarray, theta: np.ndarray, l2=0.1):
        self.loss, self.X, self.y, self.l2 = loss, X, y, l2
        self.theta, self.d = theta, X.shape[1]
        self.C = len(theta) // (self.d + 1)

    def at(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        W, b = np.split(theta, [self.d * self.C])
        W = W.reshape(self.d, self.C)
        value, dW, db = objective(W, b, self.X, self.y, self.l2, self.loss)
        return value, np.concatenate([dW.ravel(), db])

    def steps(self):
        for i in range(len(self.theta)):
            step = np.zeros_like(self.theta)
            step[i] = H
            yield self.theta + step, self.theta - step

    def relative_error(self) -> np.ndarray:
        _, analytic = self.at(self.theta)
        numeric = np.array([(self.at(a)[0] - self.at(b)[0]) / (2 * H) for a, b in self.steps()])
        # Of a gradient that is 0, the scale is what a single image adds to it.
        scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1 / len(self.y))
        return np.abs(analytic - numeric) / scale

    def kinks(self) -> np.ndarray:
        """Whether, between the two points of a difference, a margin of the SVM changes sign."""
        return np.array([(self.active(a) != self.active(b)).any() for a, b in self.steps()])

    def active(self, theta: np.ndarray) -> np.ndarray:
        W, b = np.split(theta, [self.d * self.C])
        scores = self.X @ W.reshape(self.d, self.C) + b
        return scores - scores[np.arange(len(self.y)), self.y][:, None] + 1 > 0


def gradients(loss: str, seed: int) -> Gradients:
    rng = np.random.default_rng(seed)
    return Gradients(
        loss, rng.normal(size=(20, 5)), rng.integers(4, size=20), rng.normal(size=6 * 4)
    )


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(5))
def test_gradients_equal_central_differences(loss, seed):
    checked = gradients(loss, seed)
    if loss == "svm":
        assert not checked.kinks().any()
    assert checked.relative_error().max() <= 1e-7


def test_gradients_equal_central_differences_except_across_a_kink():
    checked = gradients("svm", seed=0)
    # One more image whose margin to class 1 is 0, up to half a step of its first weight.
    W = checked.theta[:20].reshape(5, 4)
    W[:, :2], checked.theta[20:22] = 0, 0
    W[0, 0] = 1 + H / 2
    checked.X = np.vstack([checked.X, np.eye(5)[0]])
    checked.y = np.append(checked.y, 0)
    kinks, error = checked.kinks(), checked.relative_error()
    # Weights and biases of the two classes of that margin, and only those, reach the kink.
    assert np.flatnonzero(kinks).tolist() == [0, 1, 20, 21]
    assert (error[kinks] > 1e-3).all()
    assert error[~kinks].max() <= 1e-7


@pytest.mark.parametrize("loss", LOSSES)
def test_the_bias_is_not_regularised(loss):
    X, y = np.zeros((3, 2)), np.array([0, 1, 2])
    W, b = np.full((2, 3), 2.0), np.array([5.0, 5.0, 5.0])
    value, dW, db = objective(W, b, X, y, 0.5, loss)
    assert value == pytest.approx({"svm": 2, "softmax": math.log(3)}[loss] + 0.5 * 6 * 4)
    np.testing.assert_allclose(dW, 2.0)  # 2 * 0.5 * W
    np.testing.assert_allclose(db, 0, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@settings(max_examples=50)
@given(size=st.floats(0.01, 10), seed=st.integers(0, 2**32 - 1))
def test_no_step_away_from_the_optimum_lowers_the_objective(loss, size, seed):
    best, checked = optimum(loss)
    step = np.random.default_rng(seed).normal(size=best.size)
    assert checked.at(best + size * step / np.linalg.norm(step))[0] >= checked.at(best)[0]


@cache
def optimum(loss: str) -> tuple[np.ndarray, Gradients]:
    checked = gradients(loss, seed=0)
    options = {"maxiter": 5000, "gtol": 1e-10}
    return minimize(checked.at, checked.theta, jac=True, options=options).x, checked
