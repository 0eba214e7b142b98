"""Grids of settings: what they hold, where one is too narrow, and what lies beyond its edge."""

import numpy as np
import pytest
from support.classifiers import classifiers, grid, setting

from pipeline.classifiers.grid import (
    Setting,
    Trained,
    at_edge,
    beyond,
    make_grid,
    on_edge,
    results,
)
from pipeline.pairing import swept


def other(**swept) -> dict:
    """A classifier with other settings than SGD's, each with a list of values."""
    return {
        "name": "other",
        "loss": "softmax",
        "settings": {},
        "swept": [[k, v] for k, v in swept.items()],
    }


def test_a_grid_has_every_combination_of_each_classifiers_own_values():
    both = classifiers(learning_rates=[1, 10], l2=[0, 0.1], svm={"l2": [3]})
    assert make_grid([*both, other(depth=[2], width=[4, 8])]) == [
        Setting("svm", "svm", {"learning_rate": 1, "l2": 3}, {}),
        Setting("svm", "svm", {"learning_rate": 10, "l2": 3}, {}),
        Setting("softmax", "softmax", {"learning_rate": 1, "l2": 0}, {}),
        Setting("softmax", "softmax", {"learning_rate": 1, "l2": 0.1}, {}),
        Setting("softmax", "softmax", {"learning_rate": 10, "l2": 0}, {}),
        Setting("softmax", "softmax", {"learning_rate": 10, "l2": 0.1}, {}),
        Setting("other", "softmax", {"depth": 2, "width": 4}, {}),
        Setting("other", "softmax", {"depth": 2, "width": 8}, {}),
    ]


def test_a_classifier_that_sweeps_nothing_has_one_setting():
    assert make_grid([other()]) == [Setting("other", "softmax", {}, {})]


def test_what_is_swept_is_named_once_in_the_order_of_the_classifiers():
    assert swept(classifiers()) == ["learning_rate", "l2"]
    assert swept([other(depth=[1], l2=[0]), *classifiers()]) == ["depth", "l2", "learning_rate"]
    assert swept([other()]) == []
    assert swept([]) == []


def test_advice_names_the_key_that_the_classifier_reads():
    svm, softmax = classifiers(svm={"learning_rates": [1]})
    assert svm["keys"] == {"learning_rate": "sgd.svm.learning_rates", "l2": "sgd.l2"}
    assert softmax["keys"] == {"learning_rate": "sgd.learning_rates", "l2": "sgd.l2"}


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


@pytest.mark.parametrize(
    ("rate", "l2", "expected"),
    [(0.1, 0.1, True), (0.01, 0.1, False), (0.01, 1, True), (0.1, 1, True), (0.01, 0, False)],
)
def test_a_setting_is_at_the_edge_if_any_of_its_values_is(rate, l2, expected):
    settings = grid(rates=[0.001, 0.01, 0.1], l2=[0, 0.1, 1])
    assert at_edge(setting("svm", rate, l2), settings) == expected


def test_nothing_is_at_the_edge_where_nothing_is_swept():
    for only in (make_grid([other()]), make_grid([other(depth=[2])])):
        assert not at_edge(only[0], only)


def values(settings: list[Setting]) -> set[tuple[float, float]]:
    return {(each.values["learning_rate"], each.values["l2"]) for each in settings}


@pytest.mark.parametrize(
    ("rate", "l2", "expected"),
    [
        (0.5, 0.25, set()),
        (0.5, 0, set()),
        (0.5, 2, {(0.5, 20)}),
        (4, 0.25, {(40, 0.25)}),
        (0.0625, 0, {(0.00625, 0)}),
        (4, 2, {(40, 2), (4, 20), (40, 20)}),
    ],
)
def test_what_lies_beyond_an_edge_is_a_decade_away(rate, l2, expected):
    settings = grid(rates=[0.0625, 0.5, 4], l2=[0, 0.25, 2])
    assert values(beyond(setting("svm", rate, l2), settings, ["learning_rate", "l2"])) == expected


def test_only_what_grows_is_moved():
    settings = grid(rates=[1, 2], l2=[1, 2])
    assert values(beyond(setting("svm", 2, 2), settings, ["l2"])) == {(2, 20)}
    assert beyond(setting("svm", 2, 2), settings, []) == []


def test_results_are_those_of_the_settings_one_by_one():
    settings = grid(rates=[1, 2, 3], l2=[1])
    curves = np.arange(2 * 4 * 3.0).reshape(2, 4, 3)
    plain = Trained(curves, np.arange(3) == 1, lambda i: {"place": np.array(i)})
    found = results(settings, plain)
    assert [each.setting for each in found] == settings
    np.testing.assert_array_equal(found[2].curve, curves[:, :, 2])
    assert [each.model()["place"] for each in found] == [0, 1, 2]
    assert [each.diverged for each in found] == [False, True, False]
    assert [each.finished for each in found] == [True, False, True]
    assert [each.judged for each in found] == curves[-1, 3].tolist()
    assert [each.loss for each in found] == curves[-1, 2].tolist()
    assert found[0].epochs.tolist() == [1, 2]
    assert np.isnan([each.objective for each in found]).all()
    judged, finished = np.array([0.5, 0.6, 0.7]), np.array([True, True, False])
    told = plain._replace(
        epochs=np.array([4, 9]), finished=finished, objective=judged + 1, judged=judged
    )
    found = results(settings, told)
    assert found[1].epochs.tolist() == [4, 9]
    assert [each.finished for each in found] == [True, False, False]
    assert [each.objective for each in found] == [1.5, 1.6, 1.7]
    assert [each.judged for each in found] == [0.5, 0.6, 0.7]
