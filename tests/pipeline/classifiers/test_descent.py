"""Steps of SGD of many settings at once: each as if alone, and where a convergent method ends."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize
from support.classifiers import NAMES, grid, setting

from pipeline.classifiers import descent
from pipeline.classifiers.descent import Group
from pipeline.classifiers.epochs import evaluate, run_epoch, take_snapshots
from pipeline.classifiers.grid import Setting
from pipeline.classifiers.losses import named, objective, softmax, svm

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
        yield [(X[batch], y[batch], batch) for batch in order]


def seen_once(size: int):
    """All rows in minibatches to be scored."""
    return [(X, y) for X, y, _ in next(epochs(1, size=size))]


def weights(group: Group, place: int) -> tuple[np.ndarray, np.ndarray]:
    model = group.model(place)
    return model["W"], model["b"]


ALIKE = np.ones(C)  # how much each class counts


def one_group(settings: list[Setting], penalty, n_classes: int) -> list[Group]:
    columns = ([each.values[name] for each in settings] for name in ("learning_rate", "l2"))
    return [Group(settings[0].loss, *columns, penalty, n_classes)]


def train(settings, n_epochs=5, momentum=0.9, map_=map, decay=True, make=one_group) -> list[Group]:
    groups = make(settings, np.ones(D, np.float32), C)
    for epoch, batches in enumerate(epochs(n_epochs)):
        factors = (1 - epoch / n_epochs, 1 - (epoch + 1) / n_epochs) if decay else (1, 1)
        run_epoch(groups, batches, N, momentum, factors, map_)
    return groups


def test_groups_hold_settings_in_order_and_of_one_classifier():
    settings = [*grid("svm", rates=range(1, 16), l2=[0]), *grid("softmax", rates=[1], l2=[0, 1])]
    groups = descent.make_groups(settings, np.ones(D, np.float32), C)
    held = [pair for group in groups for pair in pairs(group)]
    wanted = [(each.values["learning_rate"], each.values["l2"]) for each in settings]
    np.testing.assert_array_equal(held, wanted)
    assert [group.shape[1] for group in groups] == [7, 8, 2]  # 15 are too many for one
    assert [group.loss for group in groups] == [svm, svm, softmax]


def pairs(group: Group) -> list[tuple[float, float]]:
    """Learning rate and l2 of each setting, which stand alike for every class."""
    columns = [column.reshape(group.shape) for column in (group.rate, group.l2)]
    for column in columns:
        np.testing.assert_array_equal(column, np.tile(column[0], (C, 1)))
    return list(zip(columns[0][0], columns[1][0], strict=True))


def test_two_steps_by_hand():
    # One image (1, 2) of class 0, two classes: at W = 0 the slope is (-1, 1) by the SVM.
    group = Group("svm", [0.1], [0.5], np.ones(2, np.float32), 2)
    X, y, row = np.array([[1, 2]], np.float32), np.array([0]), np.array([0])
    loss, correct = group.step(X, y, row, momentum=0.5, factor=1)
    assert (loss, correct) == (1, 1)
    W, b = weights(group, 0)
    np.testing.assert_allclose(W, [(0.1, -0.1), (0.2, -0.2)])
    np.testing.assert_allclose(b, [0.1, -0.1])
    # Now scores are (0.6, -0.6): the margin is kept and only momentum and decay act, the latter
    # at half the rate: V = 0.5 V - 0.05 * 2 * 0.5 W, and no decay of b.
    loss, correct = group.step(X, y, row, momentum=0.5, factor=0.5)
    assert (loss, correct) == (0, 1)
    W, b = weights(group, 0)
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
    descent.descend(W, V, gradient, rate, l2, penalty, np.float32(momentum))
    np.testing.assert_allclose(V, expected_V, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(W, expected_W, rtol=1e-5, atol=1e-6)


def naive_train(setting: Setting, n_epochs: int, momentum: float) -> tuple[np.ndarray, np.ndarray]:
    """One setting alone, in double precision, with the gradients of the whole objective."""
    W, b = np.zeros((D, C)), np.zeros(C)
    V, V_b = np.zeros_like(W), np.zeros_like(b)
    for epoch, batches in enumerate(epochs(n_epochs)):
        for number, (X, y, _) in enumerate(batches):
            progress = (epoch + number / len(batches)) / n_epochs
            rate = setting.values["learning_rate"] * (1 - progress)
            exact, l2 = X.astype(np.float64), setting.values["l2"]
            _, dW, db = objective(W, b, exact, y, l2, setting.loss)
            V = momentum * V - rate * dW
            V_b = momentum * V_b - rate * db
            W, b = W + V, b + V_b
    return W, b


@pytest.mark.parametrize("classifier", NAMES)
def test_settings_side_by_side_equal_each_alone(classifier):
    settings = grid(classifier)
    together = train(settings)[0]
    for number, each in enumerate(settings):
        alone = weights(train([each])[0], 0)
        for mine, yours in zip(weights(together, number), alone, strict=True):
            np.testing.assert_allclose(mine, yours, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("classifier", NAMES)
@pytest.mark.parametrize("momentum", [0, 0.9])
def test_training_equals_a_naive_twin(classifier, momentum):
    settings = grid(classifier)
    group = train(settings, momentum=momentum)[0]
    for number, each in enumerate(settings):
        W, b = naive_train(each, 5, momentum)
        np.testing.assert_allclose(weights(group, number)[0], W, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(weights(group, number)[1], b, rtol=1e-3, atol=1e-4)


def test_results_are_the_same_for_any_number_of_threads():
    settings = [*grid("svm", rates=np.geomspace(1e-4, 0.1, 15)), *grid("softmax")]
    alone = train(settings, map_=map, make=descent.make_groups)
    assert len(alone) == 3
    batches = seen_once(size=20)
    measured = evaluate(alone, batches, ALIKE, map)
    for threads in (1, 2):
        with ThreadPoolExecutor(threads) as pool:
            groups = train(settings, map_=pool.map, make=descent.make_groups)
            assert evaluate(groups, batches, ALIKE, pool.map).tobytes() == measured.tobytes()
        for mine, yours in zip(groups, alone, strict=True):
            assert mine.W.tobytes() == yours.W.tobytes()
            assert mine.b.tobytes() == yours.b.tobytes()


@pytest.mark.parametrize("classifier", NAMES)
def test_evaluation_is_mean_loss_and_accuracy(classifier):
    settings = grid(classifier)
    groups = train(settings)
    importance = np.array([2.0, 0, 1])
    measured = evaluate(groups, seen_once(size=30), importance, map)
    loss, accuracy, weighted = measured
    X, y = problem()
    for number in range(len(settings)):
        W, b = weights(groups[0], number)
        scores = X.astype(np.float64) @ W + b
        assert loss[number] == pytest.approx(named(classifier)(scores, y)[0].mean(), rel=1e-5)
        right = scores.argmax(axis=1) == y
        assert accuracy[number] == np.mean(right)
        assert weighted[number] == pytest.approx(np.mean(importance[y] * right))


def test_an_epoch_reports_what_it_met():
    groups = descent.make_groups(grid("softmax", rates=[1e-12]), np.ones(D, np.float32), C)
    loss, _ = run_epoch(groups, next(epochs(1)), N, 0.9, (1, 1), map)
    np.testing.assert_allclose(loss, np.log(C), rtol=1e-6)


@pytest.mark.parametrize("classifier", NAMES)
@pytest.mark.parametrize("rate", [1e3, 1e30])
def test_a_diverging_setting_is_marked_and_frozen_and_disturbs_no_other(classifier, rate):
    calm = grid(classifier, rates=[0.01])
    wild = setting(classifier, rate, 1.0)
    together = train([calm[0], wild, calm[1]], decay=False)[0]
    assert together.diverged.tolist() == [False, True, False]
    W, b = weights(together, 1)
    assert not W.any()
    assert not b.any()
    alone = train(calm, decay=False)[0]
    assert not alone.diverged.any()
    for mine, yours in ((0, 0), (2, 1)):
        for left, right in zip(weights(together, mine), weights(alone, yours), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)


def best_objective(classifier: str, l2: float) -> float:
    X, y = problem()
    X = X.astype(np.float64)

    def value(theta):
        W, b = np.split(theta, [D * C])
        total, dW, db = objective(W.reshape(D, C), b, X, y, l2, classifier)
        return total, np.concatenate([dW.ravel(), db])

    return minimize(value, np.zeros((D + 1) * C), jac=True, options={"maxiter": 5000}).fun


@pytest.mark.parametrize("classifier", NAMES)
@pytest.mark.parametrize("l2", [0.001, 0.1])
def test_sgd_ends_within_half_a_percent_of_the_optimum(classifier, l2):
    X, y = problem()
    W, b = weights(train([setting(classifier, 0.03, l2)], n_epochs=100)[0], 0)
    reached, _, _ = objective(W.astype(np.float64), b, X, y, l2, classifier)
    best = best_objective(classifier, l2)
    assert best * (1 - 1e-6) <= reached <= best * 1.005


def wandered(classifier: str, rates=(0.05, 0.02), l2=0.1, momentum=0.9) -> Group:
    """Settings that were trained a little, took a snapshot, and went on by two steps."""
    settings = grid(classifier, rates=rates, l2=[l2])
    (group,) = train(settings, n_epochs=1, momentum=0, decay=False)
    for array in (group.V_W, group.V_b):
        array[:] = 0
    take_snapshots([group], next(epochs(1, size=30, seed=3)), N, map)
    for batch in next(epochs(1, seed=2))[:2]:
        group.step(*batch, momentum, 1)
    return group


@pytest.mark.parametrize("classifier", NAMES)
def test_a_step_after_a_snapshot_follows_its_formula(classifier):
    """The mean gradient at the snapshot, and what the minibatch's gradient has changed since."""
    rates, l2, momentum = (0.05, 0.02), 0.1, 0.9
    X, y = problem()
    exact, group = X.astype(np.float64), wandered(classifier, rates, l2, momentum)
    (before,) = train(grid(classifier, rates=rates, l2=[l2]), n_epochs=1, momentum=0, decay=False)

    def gradient(W, b, rows):
        return np.vstack(objective(W, b, exact[rows], y[rows], 0, classifier)[1:])

    for place, rate in enumerate(rates):
        old = W, b = [each.astype(np.float64) for each in weights(before, place)]
        V = np.zeros((D + 1, C))
        for *_, rows in next(epochs(1, seed=2))[:2]:
            change = gradient(W, b, rows) - gradient(*old, rows)
            decay = np.vstack([2 * l2 * W, np.zeros(C)])
            V = momentum * V - rate * (gradient(*old, np.arange(N)) + change + decay)
            W, b = W + V[:D], b + V[D]
        found = weights(group, place)
        np.testing.assert_allclose(found[0], W, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found[1], b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("classifier", "twice"), [("softmax", True), ("svm", False)])
def test_after_a_snapshot_the_rates_of_a_smooth_loss_stay_until_half_of_them_is_left(
    classifier, twice
):
    """What a step moves by is the learning rate times its factor."""
    X, y = problem()
    moves = []
    for factor in (1, 0.7, 0.5, 0.3):
        group = Group(classifier, [0.1], [0.1], np.ones(D, np.float32), C)
        take_snapshots([group], [(X, y, np.arange(N))], N, map)
        group.step(X, y, np.arange(N), 0, factor)
        moves.append(weights(group, 0)[0].ravel())
    wanted = [1, 1, 1, 0.6] if twice else [1, 0.7, 0.5, 0.3]
    np.testing.assert_allclose(moves, np.outer(wanted, moves[0]), rtol=1e-4, atol=1e-7)


def test_with_snapshots_a_rate_that_does_not_fall_reaches_the_optimum_and_without_not():
    X, y = problem()
    best, above = best_objective("softmax", 0.001), []
    for steady in (True, False):
        group = Group("softmax", [0.3], [0.001], np.ones(D, np.float32), C)
        for batches in epochs(150):
            if steady:
                take_snapshots([group], batches, N, map)
            run_epoch([group], batches, N, 0.5, (1, 1), map)
        W, b = (each.astype(np.float64) for each in weights(group, 0))
        above.append(objective(W, b, X, y, 0.001, "softmax")[0] / best - 1)
    assert -1e-5 < above[0] < 1e-4 < above[1]


def test_a_setting_that_is_kept_leaves_its_snapshot_behind():
    """A step of it is then that of one that never took any."""
    X, y = problem()
    ever, never = (train(grid("svm"), n_epochs=1)[0] for _ in range(2))
    take_snapshots([ever], [(X, y, np.arange(N))], N, map)
    batch = next(epochs(1, seed=2))[0]
    ends = [weights_after(group.keep([1]), batch) for group in (ever, never, ever)]
    np.testing.assert_array_equal(ends[0], ends[1])
    assert not np.array_equal(weights_after(ever, batch)[1], ends[0][0])


def weights_after(group: Group, batch) -> np.ndarray:
    """W of each setting after two steps on a minibatch, (S, D, C): the second finds it moved."""
    for _ in range(2):
        group.step(*batch, 0, 1)
    return np.stack([weights(group, place)[0] for place in range(group.n_settings)])


def test_a_setting_that_diverged_before_its_snapshot_stays_stopped():
    X, y = problem()
    (group,) = train([setting("softmax", 0.01, 0.1), setting("softmax", 1e30, 0.1)], n_epochs=1)
    group.W[group.rate == 0] = np.nan  # as if its last steps had ended so
    take_snapshots([group], [(X, y, np.arange(N))], N, map)
    group.stop_diverged(np.array([1, np.nan]))
    group.step(X, y, np.arange(N), 0.9, 1)
    assert group.diverged.tolist() == [False, True]
    assert not weights(group, 1)[0].any()
    assert np.isfinite(group.W).all()


@pytest.mark.parametrize("classifier", NAMES)
def test_a_class_that_weighs_twice_counts_as_if_its_images_were_there_twice(classifier):
    X, y = problem()
    weight = np.array([2, 1, 1], np.float32)
    twice = np.concatenate([np.arange(N), np.flatnonzero(y == 0)])
    weighted = Group(classifier, [0.1], [0.1], np.ones(D, np.float32), C, weight)
    plain = Group(classifier, [0.1], [0.1], np.ones(D, np.float32), C)
    for _ in range(5):
        # A step divides by the number of images, which the copies add to.
        mine, _ = weighted.step(X, y, np.arange(N), 0, 1)
        yours, _ = plain.step(X[twice], y[twice], twice, 0, len(twice) / N)
        assert mine == pytest.approx(yours, rel=1e-4)
        weighted.l2[:] = 0
        plain.l2[:] = 0
    np.testing.assert_allclose(weights(weighted, 0)[0], weights(plain, 0)[0], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("classifier", NAMES)
def test_what_a_group_minimises_is_the_objective_of_each_setting(classifier):
    settings = grid(classifier)
    penalty = np.linspace(0.5, 2, D).astype(np.float32)
    (group,) = one_group(settings, penalty, C)
    for batches in epochs(2):
        run_epoch([group], batches, N, 0.9, (1, 0.5), map)
    X, y = problem()
    mean_loss = group.score(X, y, ALIKE)[0] / N
    for i, value in enumerate(group.objective(mean_loss)):
        W, b = (each.astype(np.float64) for each in weights(group, i))
        alone, _, _ = objective(W, b, X, y, 0, classifier)
        decay = settings[i].values["l2"] * np.sum(penalty[:, None] * W**2)
        assert value == pytest.approx(alone + decay, rel=1e-5)


def test_settings_that_are_kept_go_on_as_if_nothing_had_been_beside_them():
    settings = grid("softmax")
    whole = train(settings, decay=False)[0]
    part = whole.keep([1, 4])
    alone = train([settings[1], settings[4]], decay=False)[0]
    batches = next(epochs(1, seed=1))
    for group in (whole, part, alone):
        run_epoch([group], batches, N, 0.9, (1, 1), map)
    for mine, yours in ((0, 1), (1, 4)):
        for left, right, third in zip(
            weights(part, mine), weights(whole, yours), weights(alone, mine), strict=True
        ):
            np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(left, third, rtol=1e-4, atol=1e-5)


def test_without_regularisation_the_objective_is_no_end():
    (group,) = one_group(grid("svm", rates=[1], l2=[0, 1]), np.ones(D, np.float32), C)
    assert np.isnan(group.objective(np.ones(2))).tolist() == [True, False]
