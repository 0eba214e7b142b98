"""What is said of training, by hand-made rows of the sweep."""

import pandas as pd
import pytest
from support.classifiers import classifiers

from pipeline.tables.training import training_warnings

CALM = {
    "representation": "pixels",
    "classifier": "svm",
    "seed": "0",
    "learning_rate": "0.1",
    "l2": "0",
    "validation_loss": "1.5",
    "validation_accuracy": "0.5",
    "chance_loss": "2",
    "chosen": "true",
    "on_edge": "false",
    "gap": "",
    "converged_validation_accuracy": "",
}


def said(*changes: dict) -> list[str]:
    sweep = pd.DataFrame([{**CALM, **change} for change in changes])
    return training_warnings(sweep, classifiers())


def test_nothing_is_said_where_all_is_well():
    checked = {"gap": "0.04", "converged_validation_accuracy": "0.5"}
    assert said({}, checked, {"on_edge": "true", "chosen": "false"}) == []


def test_edges_are_summed_up_in_one_line():
    edge = {"on_edge": "true"}
    assert said(edge, {**edge, "classifier": "softmax", "l2": "30"}, {}) == [
        "Warning: chosen settings on the edge of their grid, 2 of 3: pixels, svm, seed 0 "
        "(learning_rate 0.1, l2 0); pixels, softmax, seed 0 (learning_rate 0.1, l2 30); a better "
        "one may lie outside: widen sgd.learning_rates; sgd.l2."
    ]
    (line,) = said(*[{**edge, "seed": str(seed), "fold": "2"} for seed in range(5)])
    assert line.startswith("Warning: chosen settings on the edge of their grid, 5 of 5: ")
    assert "pixels, svm, seed 2, fold 2 (" in line
    assert "seed 3" not in line
    assert "and 2 more" in line


@pytest.mark.parametrize(
    ("gap", "converged", "matters"),
    [(0.06, 0.5, True), (0.04, 0.5, False), (0.02, 0.51, True), (0.005, 0.51, False)],
)
def test_a_gap_is_told_where_it_matters(gap, converged, matters):
    lines = said({"gap": str(gap), "converged_validation_accuracy": str(converged)})
    assert len(lines) == matters
    if matters:
        assert f"objective {100 * gap:.0f} % above its optimum" in lines[0]
        assert f"{100 * converged - 50:+.1f} points" in lines[0]
        assert "raise sgd.steps" in lines[0]


def test_a_loss_above_chance_is_told():
    (line,) = said({"validation_loss": "2.58", "chance_loss": "2.302585"}, {})
    assert line.startswith(
        "Warning: chosen settings with a validation loss worse than chance, 1 of 2"
    )
    assert "(2.58, chance 2.3)" in line
