"""The ways to look for W: what they count, what they find, and what of it depends on time."""

import itertools

import numpy as np
import pytest

from pipeline.classifiers.losses import objective
from pipeline.lecture import search, searchers
from pipeline.lecture.problem import Problem
from pipeline.lecture.searchers import Task

C, D, N = 3, 5, 60


@pytest.fixture(scope="module")
def few() -> Problem:
    rng = np.random.default_rng(0)
    centres = 2 * rng.standard_normal((C, D))
    y = np.arange(N) % C
    X = centres[y] + rng.standard_normal((N, D))
    return Problem("few", 0, C, X, y, X[:9], y[:9])


@pytest.fixture
def task(few) -> Task:
    return Task(few.X, few.y, C, "svm")


def test_the_numerical_gradient_is_the_analytic_one(task):
    theta = 0.01 * np.random.default_rng(1).standard_normal(task.shape)
    slope = [searchers.difference(task, theta, i, 1e-5) for i in range(theta.size)]
    _, d_W, d_b = objective(theta[:-1], theta[-1], task.X, task.y, 0, "svm")
    np.testing.assert_allclose(slope, np.vstack([d_W, d_b]).ravel(), atol=1e-8)
    np.testing.assert_array_equal(task.gradient(theta), np.vstack([d_W, d_b]))


def test_a_numerical_gradient_costs_two_evaluations_for_every_weight(task):
    steps = searchers.numerical_gradient_descent(task, np.random.default_rng(0))
    first, seen = None, 0
    for theta, images in steps:
        first = theta if first is None else first
        seen += images
        if theta is not first:
            break
    assert seen == 2 * N * (D + 1) * C
    assert task.value(theta) < task.value(first)


@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_an_epoch_of_minibatches_visits_every_image_once(few, batch_size):
    class Watched(Task):
        def gradient(self, theta, rows=slice(None)):
            visited.extend(rows)
            return super().gradient(theta, rows)

    visited: list[int] = []
    task = Watched(few.X, few.y, C, "svm")
    steps = searchers.minibatch_sgd(task, np.random.default_rng(0), batch_size)
    per_epoch = -(-N // batch_size)
    assert sum(images for _, images in itertools.islice(steps, per_epoch)) == N
    assert sorted(visited) == list(range(N))


def test_random_search_keeps_the_best_it_has_seen(task):
    values = [
        task.value(theta)
        for theta, _ in itertools.islice(searchers.random_search(task, rng()), 200)
    ]
    assert (np.diff(values) <= 0).all()
    local = itertools.islice(searchers.random_local_search(task, rng()), 200)
    assert task.value(list(local)[-1][0]) < values[-1]


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture(scope="module")
def found(few) -> dict[str, list[tuple]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "BUDGETS", dict.fromkeys(search.BUDGETS, 300))
        task = Task(few.X, few.y, C, "svm")
        return {name: search.run(name, task, few, rng()) for name in search.METHODS}


def test_whoever_follows_the_gradient_is_ahead_at_equal_evaluations(found):
    records = [record for record in search.mark(found) if record[6]]
    assert [record[0] for record in records] == list(search.METHODS)
    assert {record[2] for record in records} == {300}
    loss = {record[0]: record[3] for record in records}
    assert loss["full-batch gradient descent"] < loss["random local search"]
    assert loss["random local search"] < loss["random search"] < C
    assert loss["SGD, batches of 10"] < loss["numerical gradient descent"]
    updates = {record[0]: record[1] for record in records}
    # The first theta counts; a numerical gradient of 18 weights takes 36 evaluations.
    assert updates["numerical gradient descent"] == 1 + 300 // 36
    assert updates["full-batch gradient descent"] == 300
    assert updates["SGD, batches of 1"] == 300 * N
    assert updates["SGD, batches of 100"] == 300


def test_what_is_found_is_the_same_however_long_it_takes(found, few, monkeypatch):
    monkeypatch.setattr(search, "BUDGETS", dict.fromkeys(search.BUDGETS, 300))
    task = Task(few.X, few.y, C, "svm")
    for name in ("random local search", "SGD, batches of 10"):
        again = search.run(name, task, few, rng())
        assert [row[:6] for row in again] == [row[:6] for row in found[name]]


def test_equal_is_what_the_shortest_was_given():
    found = {
        "a": [("a", 1, 1.0, 9, 0, 0, 0.1), ("a", 5, 5.0, 8, 0, 0, 0.5)],
        "b": [("b", 1, 2.0, 7, 0, 0, 1.0), ("b", 9, 9.0, 6, 0, 0, 3.0)],
        "c": [("c", 1, 4.0, 7, 0, 0, 0.4), ("c", 2, 6.0, 6, 0, 0, 0.6)],
    }
    marked = {(row[0], row[2]): (row[6], row[8]) for row in search.mark(found)}
    assert [key for key, (evaluations, _) in marked.items() if evaluations] == [
        *(("a", 5.0), ("b", 2.0), ("c", 4.0))
    ]
    assert [key for key, (_, seconds) in marked.items() if seconds] == [
        *(("a", 5.0), ("b", 2.0), ("c", 4.0))  # b was never so quick: its first
    ]


def test_curvature_is_worked_out_where_a_rate_is_asked_for_and_once(few, monkeypatch):
    def counted(matrix):
        calls.append(matrix.shape)
        return eigvalsh(matrix)

    calls, eigvalsh = [], np.linalg.eigvalsh
    monkeypatch.setattr(np.linalg, "eigvalsh", counted)
    search.price(few, rng())
    assert calls == []  # no gradient needs it, and of all columns it takes seconds
    task = Task(few.X, few.y, C, "svm")
    rates = [task.rate(size) for size in (1, 10, N)]
    assert calls == [(D, D)]
    largest = np.linalg.norm(few.X, 2) ** 2 / N + 1
    squared = np.mean(np.sum(few.X**2, axis=1)) + 1
    expected = [2 / (largest + squared / size) for size in (1, 10, N)]
    assert rates == pytest.approx(expected)


def test_the_cost_of_all_weights_is_extrapolated_in_proportion(few):
    analytic, measured, all_weights = search.price(few, rng())
    assert analytic[:4] == ("analytic", 18, 1, False)
    assert measured[:4] == ("numerical", 10, 20, False)
    assert all_weights[:4] == ("numerical", 18, 36, True)
    assert all_weights[4] == pytest.approx(1.8 * measured[4])
