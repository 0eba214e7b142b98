"""SGD of many settings at once: each as if alone, and where a convergent method ends."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize

from pipeline.classifiers import linear as sgd
from pipeline.classifiers.linear import Group, Setting
from pipeline.classifiers.losses import LOSSES, objective
from pipeline.classifiers.train import choose, key, on_edge

N, D, C = 120, 6, 3


@cache
def problem() -> tuple[np.ndarray, np.ndarray]:
    """Three clusters, well apart but for a few points."""
    rng = np.random.default_rng(0)
    y = np.arange(N) % C
    X = rng.normal(size=(N, D)) + 2 * np.eye(D)[y]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return X.astype(np.float32), y


def epochs(n: int, size=20, seed=0):
    """The minibatches of n epochs, each in an order of its own."""
    X, y = problem()
    rng = np.random.default_rng(seed)
    for _ in range(n):
        order = rng.permutation(N).reshape(-1, size)
        yield [(X[batch], y[batch]) for batch in order]


def one_group(*arguments) -> list[Group]:
    return [Group(*arguments)]


def train(settings, n_epochs=5, momentum=0.9, map_=map, decay=True, make=one_group) -> list[Group]:
    groups = make(settings, np.ones(D, np.float32), C)
    for epoch, batches in enumerate(epochs(n_epochs)):
        factors = (1 - epoch / n_epochs, 1 - (epoch + 1) / n_epochs) if decay else (1, 1)
        sgd.run_epoch(groups, batches, N, momentum, factors, map_)
    return groups


def grid(classifier="svm", rates=(0.001, 0.01, 0.1), l2=(0.001, 0.1)) -> list[Setting]:
    return [Setting(classifier, rate, strength) for rate in rates for strength in l2]


def test_groups_hold_settings_in_order_and_of_one_classifier():
    settings = [*grid("svm", rates=range(1, 16), l2=[0]), *grid("softmax", rates=[1], l2=[0, 1])]
    groups = sgd.make_groups(settings, np.ones(D, np.float32), C)
    assert [setting for group in groups for setting in group.settings] == settings
    assert [len(group.settings) for group in groups] == [7, 8, 2]  # 15 are too many for one
    assert [group.loss for group in groups] == [LOSSES["svm"], LOSSES["svm"], LOSSES["softmax"]]


def test_two_steps_by_hand():
    # One image (1, 2) of class 0, two classes: at W = 0 the slope is (-1, 1) by the SVM.
    group = Group([Setting("svm", 0.1, 0.5)], np.ones(2, np.float32), 2)
    X, y = np.array([[1, 2]], np.float32), np.array([0])
    loss, correct = group.step(X, y, momentum=0.5, factor=1)
    assert (loss, correct) == (1, 1)
    W, b = group.weights(0)
    np.testing.assert_allclose(W, [(0.1, -0.1), (0.2, -0.2)])
    np.testing.assert_allclose(b, [0.1, -0.1])
    # Now scores are (0.6, -0.6): the margin is kept and only momentum and decay act, the latter
    # at half the rate: V = 0.5 V - 0.05 * 2 * 0.5 W, and no decay of b.
    loss, correct = group.step(X, y, momentum=0.5, factor=0.5)
    assert (loss, correct) == (0, 1)
    W, b = group.weights(0)
    np.testing.assert_allclose(W[:, 0], [0.1 + 0.05 - 0.005, 0.2 + 0.1 - 0.01], rtol=1e-6)
    np.testing.assert_allclose(b, [0.15, -0.15], rtol=1e-6)


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_a_descent_equals_its_formula(momentum):
    rng = np.random.default_rng(0)
    W, V, gradient = rng.normal(size=(3, 5, 4)).astype(np.float32)
    rate, l2 = rng.random((2, 5), dtype=np.float32)
    penalty = rng.random(4, dtype=np.float32)
    decay = 2 * l2[:, None] * penalty * W
    expected_V = momentum * V - rate[:, None] * (gradient + decay)
    expected_W = W + expected_V
    sgd.descend(W, V, gradient, rate, l2, penalty, np.float32(momentum))
    np.testing.assert_allclose(V, expected_V, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(W, expected_W, rtol=1e-5, atol=1e-6)


def naive_train(setting: Setting, n_epochs: int, momentum: float) -> tuple[np.ndarray, np.ndarray]:
    """One setting alone, in double precision, with the gradients of the whole objective."""
    W, b = np.zeros((D, C)), np.zeros(C)
    V, V_b = np.zeros_like(W), np.zeros_like(b)
    for epoch, batches in enumerate(epochs(n_epochs)):
        for number, (X, y) in enumerate(batches):
            progress = (epoch + number / len(batches)) / n_epochs
            rate = setting.learning_rate * (1 - progress)
            _, dW, db = objective(W, b, X.astype(np.float64), y, setting.l2, setting.classifier)
            V = momentum * V - rate * dW
            V_b = momentum * V_b - rate * db
            W, b = W + V, b + V_b
    return W, b


@pytest.mark.parametrize("classifier", LOSSES)
def test_settings_side_by_side_equal_each_alone(classifier):
    settings = grid(classifier)
    together = train(settings)[0]
    for number, setting in enumerate(settings):
        alone = train([setting])[0].weights(0)
        for mine, yours in zip(together.weights(number), alone, strict=True):
            np.testing.assert_allclose(mine, yours, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("classifier", LOSSES)
@pytest.mark.parametrize("momentum", [0, 0.9])
def test_training_equals_a_naive_twin(classifier, momentum):
    settings = grid(classifier)
    group = train(settings, momentum=momentum)[0]
    for number, setting in enumerate(settings):
        W, b = naive_train(setting, 5, momentum)
        np.testing.assert_allclose(group.weights(number)[0], W, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(group.weights(number)[1], b, rtol=1e-3, atol=1e-4)


def test_results_are_the_same_for_any_number_of_threads():
    settings = [*grid("svm", rates=np.geomspace(1e-4, 0.1, 15)), *grid("softmax")]
    alone = train(settings, map_=map, make=sgd.make_groups)
    assert len(alone) == 3
    batches = next(epochs(1))
    measured = sgd.evaluate(alone, batches, map)
    for threads in (1, 2):
        with ThreadPoolExecutor(threads) as pool:
            groups = train(settings, map_=pool.map, make=sgd.make_groups)
            assert sgd.evaluate(groups, batches, pool.map).tobytes() == measured.tobytes()
        for mine, yours in zip(groups, alone, strict=True):
            assert mine.W.tobytes() == yours.W.tobytes()
            assert mine.b.tobytes() == yours.b.tobytes()


@pytest.mark.parametrize("classifier", LOSSES)
def test_evaluation_is_mean_loss_and_accuracy(classifier):
    settings = grid(classifier)
    groups = train(settings)
    loss, accuracy = sgd.evaluate(groups, next(epochs(1, size=30)), map)
    X, y = problem()
    for number in range(len(settings)):
        W, b = groups[0].weights(number)
        scores = X.astype(np.float64) @ W + b
        assert loss[number] == pytest.approx(LOSSES[classifier](scores, y)[0].mean(), rel=1e-5)
        assert accuracy[number] == np.mean(scores.argmax(axis=1) == y)


def test_an_epoch_reports_what_it_met():
    groups = sgd.make_groups(grid("softmax", rates=[1e-12]), np.ones(D, np.float32), C)
    loss, _ = sgd.run_epoch(groups, next(epochs(1)), N, 0.9, (1, 1), map)
    np.testing.assert_allclose(loss, np.log(C), rtol=1e-6)


@pytest.mark.parametrize("classifier", LOSSES)
@pytest.mark.parametrize("rate", [1e3, 1e30])
def test_a_diverging_setting_is_marked_and_frozen_and_disturbs_no_other(classifier, rate):
    calm = grid(classifier, rates=[0.01])
    wild = Setting(classifier, rate, 1.0)
    together = train([calm[0], wild, calm[1]], decay=False)[0]
    assert together.diverged.tolist() == [False, True, False]
    W, b = together.weights(1)
    assert not W.any()
    assert not b.any()
    alone = train(calm, decay=False)[0]
    assert not alone.diverged.any()
    for mine, yours in ((0, 0), (2, 1)):
        for left, right in zip(together.weights(mine), alone.weights(yours), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)


def best_objective(classifier: str, l2: float) -> float:
    X, y = problem()
    X = X.astype(np.float64)

    def value(theta):
        W, b = np.split(theta, [D * C])
        total, dW, db = objective(W.reshape(D, C), b, X, y, l2, classifier)
        return total, np.concatenate([dW.ravel(), db])

    return minimize(value, np.zeros((D + 1) * C), jac=True, options={"maxiter": 5000}).fun


@pytest.mark.parametrize("classifier", LOSSES)
@pytest.mark.parametrize("l2", [0.001, 0.1])
def test_sgd_ends_within_half_a_percent_of_the_optimum(classifier, l2):
    X, y = problem()
    W, b = train([Setting(classifier, 0.03, l2)], n_epochs=100)[0].weights(0)
    reached, _, _ = objective(W.astype(np.float64), b, X, y, l2, classifier)
    best = best_objective(classifier, l2)
    assert best * (1 - 1e-6) <= reached <= best * 1.005


def test_the_best_of_a_classifier_is_chosen():
    settings = [*grid("svm", l2=[0.1]), *grid("softmax", l2=[0.1])]
    accuracy = np.array([0.1, 0.3, 0.2, 0.6, 0.4, 0.5])
    none = np.zeros(6, bool)
    assert choose(settings, accuracy, none, "svm") == 1
    assert choose(settings, accuracy, none, "softmax") == 3
    assert choose(settings, accuracy, np.arange(6) == 3, "softmax") == 5


def test_of_equal_settings_the_more_regular_and_then_the_slower_is_chosen():
    settings = grid(rates=[0.1, 0.01], l2=[0.001, 1, 0.1])
    none = np.zeros(6, bool)
    assert settings[choose(settings, np.ones(6), none, "svm")] == Setting("svm", 0.01, 1)
    fast = np.array([1, 1, 1, 0, 0, 0])
    assert settings[choose(settings, fast, none, "svm")] == Setting("svm", 0.1, 1)


def test_there_is_nothing_to_choose_where_all_diverged():
    with pytest.raises(ValueError, match=r".*"):
        choose(grid(), np.ones(6), np.ones(6, bool), "svm")


def test_advice_names_the_key_that_the_classifier_reads():
    settings = {"learning_rates": [1], "svm": {"learning_rates": [1], "momentum": 0}}
    assert key("svm", "learning_rates", settings) == "sgd.svm.learning_rates"
    assert key("softmax", "learning_rates", settings) == "sgd.learning_rates"


@pytest.mark.parametrize(
    ("value", "values", "expected"),
    [
        (0.1, [0.1, 1, 10], True),
        (1, [0.1, 1, 10], False),
        (10, [10, 0.1, 1], True),
        (0, [0, 1, 10], False),
        (10, [0, 1, 10], True),
        (3, [3], False),
        (3, [3, 3, 3], False),
    ],
    ids=str,
)
def test_the_edge_of_a_sweep(value, values, expected):
    assert on_edge(value, values) == expected
