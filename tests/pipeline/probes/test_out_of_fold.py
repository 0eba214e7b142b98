"""Folds that training images are judged in, and the row that judges them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.probes.best_row import best_row
from pipeline.probes.out_of_fold import dealt, with_one_setting
from pipeline.runtime.store import write_csv


@given(st.lists(st.integers(0, 30), min_size=1, max_size=80), st.integers(2, 5))
def test_no_group_is_torn_and_classes_are_spread(groups, n):
    group = np.array(groups)
    y = group % 3  # each group is of one class
    fold = dealt(y, group, n, np.random.default_rng(0))
    assert set(fold) <= set(range(1, n + 1))
    assert all(len(set(fold[group == each])) == 1 for each in set(groups))
    for label in set(y):
        dealt_out = [len(set(group[(fold == k + 1) & (y == label)])) for k in range(n)]
        assert max(dealt_out) - min(dealt_out) <= 1


@pytest.fixture
def accuracies(tmp_path):
    columns = ("classifier", "learning_rate", "hidden", "split", "accuracy")
    rows = {
        "a": [("svm", 0.5, "", "validation", 0.7), ("svm", 0.5, "", "test", 0.99)],
        "b": [("svm", 75, "", "validation", 0.8), ("two_layer", 10, 512, "validation", 0.9)],
        "c": [("svm", 75, "", "validation", 0.9)],
    }
    for name, mine in rows.items():
        write_csv(tmp_path / f"{name}.csv", columns, mine)
    return f"{tmp_path}/{{representation}}.csv"


def test_validation_images_choose_the_row_and_of_equal_ones_the_first(accuracies):
    row = best_row(accuracies, ["a", "b", "c"], ["learning_rate", "hidden"])
    assert row == ("b", "two_layer", 0.9, {"learning_rate": 10, "hidden": 512})
    assert isinstance(row.values["hidden"], int)
    assert best_row(accuracies, ["a"], ["learning_rate", "hidden"]).values == {
        "learning_rate": 0.5
    }


def test_its_classifier_has_one_setting_to_try(accuracies):
    row = best_row(accuracies, ["b"], ["learning_rate", "hidden"])
    told = {"name": "two_layer", "grows": ["learning_rate"], "module": "two_layer"}
    swept = [["learning_rate", [1, 10]], ["hidden", [64, 512]]]
    only = with_one_setting([{"name": "svm"}, {**told, "swept": swept}], row)
    assert only == {**told, "grows": [], "swept": [["learning_rate", [10]], ["hidden", [512]]]}
