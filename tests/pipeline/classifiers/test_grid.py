"""Grids of settings: what they hold, which setting is chosen, and where a grid is too narrow."""

import numpy as np
import pytest
from support.classifiers import classifiers, grid, setting

from pipeline.classifiers.grid import (
    Setting,
    Trained,
    at_edge,
    choose,
    make_grid,
    on_edge,
    swept,
)

NONE = np.zeros(6, bool)  # diverged


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


def test_the_best_of_a_classifier_is_chosen():
    settings = [*grid("svm", l2=[0.1]), *grid("softmax", l2=[0.1])]
    accuracy = np.array([0.1, 0.3, 0.2, 0.6, 0.4, 0.5])
    assert choose(settings[:3], accuracy[:3], NONE[:3]) == 1
    assert choose(settings[3:], accuracy[3:], NONE[3:]) == 0
    assert choose(settings[3:], accuracy[3:], np.arange(3) == 0) == 2


def test_of_equal_settings_the_more_regular_and_then_the_slower_is_chosen():
    settings = grid(rates=[0.1, 0.01], l2=[0.001, 1, 0.1])
    assert settings[choose(settings, np.ones(6), NONE)] == setting("svm", 0.01, 1)
    fast = np.array([1, 1, 1, 0, 0, 0])
    assert settings[choose(settings, fast, NONE)] == setting("svm", 0.1, 1)


def test_of_equal_settings_one_that_diverged_is_not_chosen():
    settings = grid(rates=[0.1, 0.01], l2=[0.001, 1, 0.1])
    diverged = [each.values["l2"] == 1 for each in settings]
    chosen = settings[choose(settings, np.ones(6), np.array(diverged))]
    assert chosen == setting("svm", 0.01, 0.1)


def test_of_equal_settings_that_are_neither_regular_nor_slow_the_first_is_chosen():
    settings = make_grid([other(depth=[4, 2, 8])])
    assert choose(settings, np.array([0.5, 0.7, 0.7]), NONE[:3]) == 1
    without_rate = make_grid([other(l2=[0, 1, 0.1])])
    assert choose(without_rate, np.ones(3), NONE[:3]) == 1
    assert choose(make_grid([other()]), np.ones(1), NONE[:1]) == 0


def test_there_is_nothing_to_choose_where_all_diverged():
    with pytest.raises(ValueError, match=r".*"):
        choose(grid(), np.ones(6), np.ones(6, bool))


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


def test_some_of_the_settings_keep_what_is_known_of_them():
    curves = np.arange(2 * 4 * 5.0).reshape(2, 4, 5)
    trained = Trained(curves, np.arange(5) == 3, lambda i: {"place": np.array(i)})
    some = trained.only([3, 1])
    np.testing.assert_array_equal(some.curves, curves[:, :, [3, 1]])
    assert some.diverged.tolist() == [True, False]
    assert [some.model(i)["place"] for i in (0, 1)] == [3, 1]
