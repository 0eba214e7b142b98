"""Which setting of a grid is chosen: by hand-made results, each of which decides one rule."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.classifiers import grid

from pipeline.classifiers.choice import lowest, rank, standard_error
from pipeline.classifiers.grid import Result, Setting

N = 100  # validation images, so that one standard error of .8 is .04


def result(setting: Setting, judged, loss, objective=math.nan, finished=True) -> Result:
    curve = np.array([[0, 0, loss, judged]])
    return Result(setting, curve, np.array([1]), not finished, finished, objective, judged, dict)


def of_l2(judged, losses, l2=(0.5, 1, 2), **others) -> list[Result]:
    """Results of settings that differ in l2 only."""
    settings = grid(rates=[0.1], l2=l2)
    return [result(*each, **others) for each in zip(settings, judged, losses, strict=True)]


def test_the_standard_error_is_that_of_a_binomial_share():
    assert standard_error(0.8, 100) == pytest.approx(0.04)
    assert standard_error(1, 7) == standard_error(0, 7) == 0


def test_the_most_accurate_is_the_best_where_it_can_be_told():
    assert rank(of_l2([0.7, 0.8, 0.75], [1, 3, 2]), N) == [1, 2, 0]


def test_of_those_that_cannot_be_told_apart_the_one_with_the_least_loss_is_the_best():
    assert rank(of_l2([0.77, 0.8, 0.75], [1, 3, 2]), N) == [0, 1, 2]
    assert rank(of_l2([0.77, 0.8, 0.75], [1, 3, 2]), 10 * N) == [1, 0, 2]


def test_losses_are_told_apart_by_one_over_the_root_of_the_images():
    assert rank(of_l2([0.8] * 4, [1, 1.09, 1.09, 1], l2=(0.5, 1, 2, 4)), N)[0] == 2
    assert rank(of_l2([0.8] * 4, [1, 1.09, 1.11, 1], l2=(0.5, 1, 2, 4)), N)[0] == 1


def test_a_softmax_that_is_sure_of_wrong_answers_loses_to_one_that_is_not():
    above_log_10 = 2.58
    assert rank(of_l2([0.8, 0.79, 0.7], [above_log_10, 0.9, 0.8]), N)[0] == 1


def test_of_equal_losses_one_inside_the_grid_is_better_then_the_more_regular():
    assert rank(of_l2([0.8, 0.8, 0.8], [1, 1.005, 1]), N) == [1, 2, 0]
    four = of_l2([0.8] * 4, [1] * 4, l2=(0.5, 1, 2, 4))
    assert rank(four, N) == [2, 1, 3, 0]
    assert rank(of_l2([0.8] * 3, [1, 1.2, 1]), N) == [2, 0, 1]


def test_an_l2_of_nothing_is_no_edge():
    assert rank(of_l2([0.8] * 3, [1, 1.5, 1], l2=(0, 1, 2)), N)[0] == 0


def of_rates(objectives, rates=(0.1, 1, 10), **others) -> list[Result]:
    settings = grid(rates=rates, l2=[1])
    return [
        result(each, 0.8, 1, low, **others) for each, low in zip(settings, objectives, strict=True)
    ]


def test_of_learning_rates_the_one_that_came_lowest_stays():
    assert lowest(of_rates([3, 2, 1])) == [2]
    assert lowest(of_rates([1, 2, 3])) == [0]


def test_of_rates_that_came_as_low_one_inside_the_grid_stays_then_the_smaller():
    assert lowest(of_rates([1, 1.005, 1])) == [1]
    assert lowest(of_rates([1, 1.1, 1])) == [0]
    assert lowest(of_rates([1, 1.005, 1.005, 1], rates=(0.1, 1, 2, 10))) == [1]


def test_a_higher_accuracy_does_not_speak_for_a_rate_that_ended_high():
    noisy, done = of_rates([2, 1], rates=(10, 1))
    assert rank([noisy._replace(judged=0.99), done], N) == [1]


def test_where_noise_goes_a_larger_rate_inside_the_grid_is_better():
    rates = (0.1, 1, 2, 10)
    assert lowest(of_rates([9, 1, 1.04, 9], rates)) == [1]
    assert lowest(of_rates([9, 1, 1.04, 9], rates), noise=0.05) == [2]
    assert lowest(of_rates([9, 1, 1.06, 9], rates), noise=0.05) == [1]
    assert lowest(of_rates([9, 1, 2, 1.04], rates), noise=0.05) == [1]
    assert rank(of_rates([9, 1, 1.04, 9], rates), N, noise=0.05) == [2]


def test_where_objectives_are_not_known_all_rates_stay():
    assert lowest(of_rates([math.nan] * 3)) == [0, 1, 2]


def test_what_is_not_finished_is_not_chosen():
    few = of_l2([0.7, 0.9, 0.8], [1, 1, 1])
    assert rank([few[0], few[1]._replace(finished=False), few[2]], N) == [2, 0]
    assert rank([each._replace(finished=False) for each in few], N) == []


def test_settings_without_any_values_are_ranked_by_what_is_known():
    settings = [Setting("other", "softmax", {}, {}), Setting("other", "softmax", {"depth": 2}, {})]
    one = result(settings[0], 0.5, 1)
    assert rank([one], N) == [0]


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0.01, 10), st.floats(0.01, 10), st.booleans()),
        min_size=6,
        max_size=6,
    )
)
def test_the_best_is_finished_and_near_the_most_accurate_and_none_is_named_twice(told):
    found = [result(setting, *rest) for setting, rest in zip(grid(), told, strict=True)]
    order = rank(found, N)
    assert len(set(order)) == len(order)
    assert all(found[i].finished for i in order)
    if order:
        best = max(found[i].judged for i in order)
        assert found[order[0]].judged >= best - standard_error(best, N)
