"""How long a grid is trained, which settings go on, and what is known of each."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support import clusters
from support.classifiers import grid, told
from support.clusters import N_TRAINING, ROWS, labels

from pipeline.classifiers import descent
from pipeline.classifiers.course import KEPT, LONGEST, POINTS, Course
from pipeline.classifiers.descent import Group, make_groups
from pipeline.classifiers.optimum import Objective
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION

BATCH = 32
BATCHES = -(-N_TRAINING // BATCH)  # steps of an epoch


def course(folder, settings, map_=map, **sgd) -> Course:
    X = clusters.write(folder).matrix()
    training, validation = (np.flatnonzero(ROWS[part]) for part in (TRAIN, VALIDATION))
    rows = fit_rows(X, labels(), training, 0, map)
    data = TrainingSet(rows, training, validation, clusters.C, 0, folder, map_)
    groups = make_groups(settings, rows.preconditioner.penalty(), clusters.C)
    return Course(data, settings, {**told(**sgd)["sgd"], "batch_size": BATCH}, groups)


def ran(folder, settings=None, map_=map, **sgd) -> Course:
    started = course(folder, settings or grid("softmax"), map_, **sgd)
    started.run("test")
    return started


@pytest.mark.parametrize("epochs", [1, 2, 5, 6])
def test_without_a_gain_it_ends_after_the_epochs_asked_for(tmp_path, epochs):
    assert ran(tmp_path, epochs=epochs, gain=1).epochs[-1] == epochs


def test_few_images_get_as_many_epochs_as_the_steps_need(tmp_path):
    wanted = 10 * BATCHES - 1
    assert ran(tmp_path, epochs=2, steps=wanted, gain=1).epochs[-1] == 10


def test_it_goes_on_in_passes_that_double_while_they_gain(tmp_path):
    slow = grid("softmax", rates=[1e-4], l2=[0.1])
    found = ran(tmp_path, slow, epochs=2, steps=2 * BATCHES, gain=1e-6)
    assert found.epochs == list(range(1, 2 * LONGEST + 1))
    assert found.curves[-1][2, 0] < found.curves[1][2, 0]


def test_fewer_settings_go_on_after_each_pass(tmp_path):
    settings = grid("softmax", rates=[0.01, 0.1], l2=[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1])
    found = ran(tmp_path, settings, epochs=4, gain=1)
    curves = np.array(found.curves)
    moving = (np.diff(curves[:, 2], axis=0) != 0).sum(axis=1)
    assert moving.tolist() == [14, KEPT, KEPT]  # from epoch 1 to 2, 2 to 3, 3 to 4
    assert found.trained().finished.sum() == KEPT // 2


def test_a_setting_that_goes_on_ends_where_it_would_alone(tmp_path):
    settings = grid("softmax", rates=[0.1], l2=[0.003, 0.1])
    both = ran(tmp_path / "both", settings, epochs=2, gain=1).trained()
    for i in np.flatnonzero(both.finished):
        alone = ran(tmp_path / str(i), [settings[i]], epochs=2, gain=1).trained()
        np.testing.assert_allclose(both.model(i)["W"], alone.model(0)["W"], rtol=1e-3, atol=1e-5)
        assert both.objective[i] == pytest.approx(alone.objective[0], rel=1e-4)


def test_short_epochs_are_not_measured_one_by_one(tmp_path):
    found = ran(tmp_path, epochs=200, gain=1)
    assert len(found.epochs) <= 2 * POINTS
    assert found.epochs[-1] == 200
    assert found.trained().curves.shape == (len(found.epochs), 4, 6)


def test_a_classifier_whose_settings_all_diverged_ends(tmp_path):
    wild = grid("svm", rates=[1e30], l2=[1, 2])
    found = ran(tmp_path, [*wild, *grid("softmax")], epochs=4).trained()
    assert found.diverged[:2].all()
    assert not found.finished[:2].any()
    assert found.finished[2:].any()


@pytest.mark.parametrize("steps", [0, 3 * BATCHES])  # without later passes, and with
def test_results_are_the_same_for_any_number_of_threads(tmp_path, steps):
    settings = [*grid("svm"), *grid("softmax")]
    alone = ran(tmp_path / "1", settings, steps=steps, gain=0.001).trained()
    with ThreadPoolExecutor(2) as pool:
        beside = ran(tmp_path / "2", settings, pool.map, steps=steps, gain=0.001).trained()
    assert (len(alone.epochs) > 3) == (steps > 0)
    assert alone.curves.tobytes() == beside.curves.tobytes()
    assert alone.objective.tobytes() == beside.objective.tobytes()
    for i in np.flatnonzero(alone.finished):
        assert alone.model(i)["W"].tobytes() == beside.model(i)["W"].tobytes()


class Watched(Group):
    """A group that writes down its snapshots and its steps."""

    def start_snapshot(self, n):
        WATCHED.append(("snapshot", n))
        super().start_snapshot(n)

    def step(self, X, y, rows, momentum, factor):
        WATCHED.append(("step", len(y)))
        return super().step(X, y, rows, momentum, factor)


WATCHED: list[tuple[str, int]] = []


def watched(folder, monkeypatch, **sgd) -> list[list[tuple[str, int]]]:
    """What a setting that gains in every pass does, epoch by epoch."""
    monkeypatch.setattr(descent, "Group", Watched)
    WATCHED.clear()
    ran(folder, grid("softmax", rates=[1e-4], l2=[0.1]), gain=1e-6, **sgd)
    ends = [
        i
        for i, what in enumerate(itertools.accumulate(w == "step" for w, _ in WATCHED))
        if what % BATCHES == 0 and WATCHED[i][0] == "step"
    ]
    starts = [0, *[end + 1 for end in ends]]
    return [WATCHED[a : b + 1] for a, b in zip(starts, ends, strict=False)]


def test_later_passes_take_a_snapshot_before_every_other_epoch(tmp_path, monkeypatch):
    epochs = watched(tmp_path, monkeypatch, epochs=4, steps=4 * BATCHES)
    assert len(epochs) == 4 * LONGEST
    taken = [epoch[0] == ("snapshot", N_TRAINING) for epoch in epochs]
    passes = [range(2, 4), range(4, 8), range(8, 16), range(16, 32)]
    assert np.flatnonzero(taken).tolist() == [e for each in passes for e in each[::2]]


def test_with_many_steps_no_snapshot_is_taken(tmp_path, monkeypatch):
    epochs = watched(tmp_path, monkeypatch, epochs=4, steps=2 * BATCHES)
    assert len(epochs) == 4
    assert {what for epoch in epochs for what, _ in epoch} == {"step"}


@pytest.mark.parametrize(("classifier", "rate"), [("svm", 0.1), ("softmax", 1)])
def test_where_rows_are_few_it_ends_at_the_optimum(tmp_path, classifier, rate):
    settings = grid(classifier, rates=[rate], l2=[0.01])
    found = course(tmp_path, settings, epochs=30, steps=30 * BATCHES, gain=0.001)
    found.run("test")
    model, turn = found.trained().model(0), found.data.rows.preconditioner
    problem = Objective(found.data, settings[0], found.sgd)
    reached = problem.value(turn.weights(model["W"]), model["b"])
    best = problem.value(*problem.minimize((turn.weights(model["W"]), model["b"]), 3000))
    assert best * (1 - 1e-4) <= reached <= best * 1.003  # its kinks are rounded a little


def test_settings_are_judged_by_balanced_accuracy_where_that_is_asked_for(tmp_path):
    found = ran(tmp_path / "a", choose_by="balanced_accuracy")
    weight = found.importance[found.data.rows.y[found.data.validation]]
    assert weight.mean() == pytest.approx(1)
    plain = ran(tmp_path / "b").trained()
    assert plain.judged.tolist() == plain.curves[-1, 3].tolist()


def test_where_the_epochs_alone_make_many_steps_there_is_no_further_pass(tmp_path):
    slow = grid("softmax", rates=[1e-4], l2=[0.1])
    small = ran(tmp_path / "a", slow, epochs=4, steps=2 * BATCHES + 1, gain=1e-6)
    large = ran(tmp_path / "b", slow, epochs=4, steps=2 * BATCHES, gain=1e-6)
    assert small.epochs[-1] == 4 * LONGEST
    assert large.epochs[-1] == 4
