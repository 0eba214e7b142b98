"""The network of two layers: its gradients, what it can that no line can, how it is trained."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support import clusters
from support.classifiers import told
from support.clusters import PART, ROWS

from pipeline.classifiers import linear, two_layer
from pipeline.classifiers.grid import Setting
from pipeline.classifiers.losses import named
from pipeline.classifiers.preconditioner import Preconditioner
from pipeline.classifiers.rows import TrainingSet, fit_rows, milder_rows
from pipeline.classifiers.two_layer import NAMES, Network, backpropagate
from pipeline.images.parts import TRAIN, VALIDATION

N, D, H, C = 12, 4, 5, 3
STEP = 1e-6
SGD = {**told()["sgd"], "epochs": 60, "steps": 60}


def setting(loss="softmax", classifier="two_layer", **values) -> Setting:
    given = {"learning_rate": 3, "l2": 0.001, "hidden": 16, "dropout": 0, **values}
    return Setting(classifier, loss, given, {"epochs": 60})


def drawn(seed: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Weights of a network, rows and classes, in float64."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (H, D), "b1": (H, 1), "W2": (C, H), "b2": (C, 1)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return weights, rng.normal(size=(N, D)), rng.integers(C, size=N)


def set_of(folder, X=None, y=None, map_=map) -> TrainingSet:
    matrix = clusters.write(folder, X, y).matrix()
    training, validation = (np.flatnonzero(ROWS[part]) for part in (TRAIN, VALIDATION))
    y = clusters.labels() if y is None else y
    rows = fit_rows(matrix, y, training, 0, map)
    return TrainingSet(rows, training, validation, clusters.C, 0, folder, map_)


# ---- gradients


@pytest.mark.parametrize("loss", ["softmax", "svm"])
@pytest.mark.parametrize("dropped", [False, True])
def test_gradients_are_those_of_central_differences(loss, dropped):
    weights, X, y = drawn(3)
    kept = np.where(np.random.default_rng(4).random((N, H)) < 0.5, 0, 2) if dropped else 1
    _, _, gradients = backpropagate(weights, X, y, named(loss), kept)

    def value() -> float:
        return backpropagate(weights, X, y, named(loss), kept)[0].mean()

    for name in NAMES:
        for i in np.ndindex(weights[name].shape):
            middle, sides = weights[name][i], []
            for sign in (1, -1):
                weights[name][i] = middle + sign * STEP
                sides.append(value())
            weights[name][i] = middle
            numerical = (sides[0] - sides[1]) / (2 * STEP)
            assert gradients[name][i] == pytest.approx(numerical, rel=1e-5, abs=1e-8)


def test_a_forward_pass_by_hand():
    """Of the row (1, 2), hidden numbers are max(0, 1 - 2) = 0 and max(0, 4 + 1) = 5."""
    weights = {
        "W1": np.array([[1.0, -1], [0, 2]]),
        "b1": np.array([[0.0], [1]]),
        "W2": np.array([[1.0, 1], [3, -1]]),
        "b2": np.array([[0.5], [0]]),
    }
    _, found, _ = backpropagate(weights, np.array([[1.0, 2]]), np.array([0]), named("softmax"))
    assert found.tolist() == [[5.5, -5]]
    model = {"W1": weights["W1"].T, "b1": weights["b1"][:, 0]}
    model |= {"W2": weights["W2"].T, "b2": weights["b2"][:, 0]}
    assert two_layer.scores(model, np.array([[1.0, 2]])).tolist() == [[5.5, -5]]


def test_a_step_follows_the_gradient_of_loss_and_weight_decay():
    network = Network(setting(l2=0.25, learning_rate=0.5), np.ones(D, np.float32), C, seed=0)
    _, X, y = drawn(1)
    X = X.astype(np.float32)
    before = {name: each.copy() for name, each in network.weights.items()}
    _, _, gradients = backpropagate(before, X, y, named("softmax"))
    network.step(X, y, np.arange(len(y)), momentum=0, factor=0.1)
    rates = {"W1": 0.05, "b1": 0.05, "W2": 0.05 / 16, "b2": 0.05 / 16}
    for name in NAMES:
        decay = 2 * 0.25 * before[name] if name.startswith("W") else 0
        expected = before[name] - rates[name] * (gradients[name] + decay)
        np.testing.assert_allclose(network.weights[name], expected, rtol=1e-4, atol=1e-6)


def test_a_class_of_weight_two_counts_as_if_its_images_came_twice():
    _, X, y = drawn(2)
    X = X.astype(np.float32)
    weight = np.array([2, 1, 1], np.float32)
    twice = np.concatenate([np.arange(N), np.flatnonzero(y == 0)])
    sides = []
    for index, counts in ((np.arange(N), weight), (twice, None)):
        network = Network(setting(l2=0), np.ones(D, np.float32), C, 0, counts)
        loss, _ = network.step(X[index], y[index], index, 0, len(index) / N)
        sides.append((loss, network.weights))
    assert sides[0][0] == pytest.approx(sides[1][0], rel=1e-6)
    for name in NAMES:
        np.testing.assert_allclose(sides[0][1][name], sides[1][1][name], rtol=1e-4, atol=1e-6)


def test_half_of_the_hidden_numbers_are_dropped_and_the_others_doubled(monkeypatch):
    seen = []

    def watched(weights, X, y, loss, kept=1):
        seen.append(kept)
        return backpropagate(weights, X, y, loss, kept)

    monkeypatch.setattr(two_layer, "backpropagate", watched)
    _, X, y = drawn(2)
    network = Network(setting(dropout=0.5, hidden=400), np.ones(D, np.float32), C, 0)
    for _ in range(2):
        network.step(X.astype(np.float32), y, np.arange(len(y)), 0, 1)
    assert set(np.unique(seen[0])) == {0, 2}
    assert np.mean(seen[0]) == pytest.approx(1, abs=0.06)  # four standard errors of 4,800 draws
    assert (seen[0] != seen[1]).any()


def test_rows_are_shrunk_by_the_root_and_keep_their_length(tmp_path):
    """A column that was shrunk to a tenth is shrunk to the root of a tenth."""
    data = set_of(tmp_path)
    directions = np.eye(clusters.D, 1, dtype=np.float32)
    shrink = np.array([0.1], np.float32)
    rows = data.rows._replace(preconditioner=Preconditioner(directions, shrink, np.float32(1)))
    found = milder_rows(rows, data.training).preconditioner
    assert found.shrink[0] / found.scale == pytest.approx(np.sqrt(0.1), rel=1e-5)
    Z = data.rows.standardizer.apply(data.rows.X.take(data.training))
    square = found.scale**2 * (0.1 * Z[:, 0] ** 2 + (Z[:, 1:] ** 2).sum(axis=1))
    assert square.mean() == pytest.approx(1, rel=1e-4)


# ---- training


def test_it_tells_apart_what_no_line_can(tmp_path):
    """Class 0 where two columns have the same sign, class 1 where not."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(clusters.N, 2)).astype(np.float32)
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    data = set_of(tmp_path, X, y)
    found = two_layer.train(data, [setting(hidden=32)], SGD, "xor")
    assert found.curves[-1, 3, 0] > 0.95
    line = Setting("softmax", "softmax", {"learning_rate": 3, "l2": 0.001}, {})
    assert linear.train(data, [line], SGD, "xor").curves[-1, 3, 0] < 0.7


def test_models_score_what_their_curves_end_with_and_one_that_diverges_is_stopped(tmp_path):
    data = set_of(tmp_path)
    grid = [setting("svm"), setting("softmax", l2=0.01), setting(learning_rate=1e30)]
    found = two_layer.train(data, grid, SGD, "train")
    assert found.diverged.tolist() == [False, False, True]
    assert np.isnan(found.objective).all()
    Z = data.rows.standardizer.apply(data.rows.X.take(data.validation))
    y = clusters.labels()[data.validation]
    for i in np.flatnonzero(found.finished):
        scores = two_layer.scores(found.model(i), Z)
        loss, accuracy = found.curves[-1, 2:, i]
        assert named(grid[i].loss)(scores, y)[0].mean() == pytest.approx(loss, rel=1e-3)
        assert np.mean(scores.argmax(axis=1) == y) == pytest.approx(accuracy, abs=0.011)
        assert accuracy > 0.6  # three clusters: chance is a third


def test_any_number_of_threads_and_of_settings_beside_gives_the_same_bytes(tmp_path):
    grid = [setting(dropout=0.5), setting(hidden=8), setting("svm")]
    alone = two_layer.train(set_of(tmp_path / "a"), grid, SGD, "alone")
    with ThreadPoolExecutor(3) as pool:
        threads = two_layer.train(set_of(tmp_path / "b", map_=pool.map), grid, SGD, "threads")
    assert threads.curves.tobytes() == alone.curves.tobytes()
    for i in np.flatnonzero(alone.finished):
        for name, array in alone.model(i).items():
            assert threads.model(i)[name].tobytes() == array.tobytes()


def test_held_out_images_train_nothing(tmp_path):
    X = clusters.features()
    other = X.copy()
    other[PART != TRAIN] = np.random.default_rng(7).normal(size=other[PART != TRAIN].shape)
    models = []
    for name, rows in (("a", X), ("b", other)):
        models.append(
            two_layer.train(set_of(tmp_path / name, rows), [setting()], SGD, "x").model(0)
        )
    for name in NAMES:
        assert models[0][name].tobytes() == models[1][name].tobytes()
