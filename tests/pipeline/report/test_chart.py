"""Where things lie in charts."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.chart import Scale, path, powers, ticks

numbers = st.floats(-1e6, 1e6)


@given(numbers, st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_are_few_round_and_inside(low, width, most):
    found = ticks(low, low + width, most)
    assert 1 <= len(found) <= most
    assert all(low - 1e-6 * width <= tick <= low + width * (1 + 1e-6) for tick in found)
    for a, b in pairwise(found):
        step = b - a
        leading = round(step / 10 ** math.floor(math.log10(step) + 1e-6), 3)
        assert leading in (1, 2, 5, 10)


def test_ticks_by_hand():
    assert ticks(0, 80, 5) == [0, 20, 40, 60, 80]
    assert ticks(0, 1, 5) == [0, 0.5, 1]
    assert ticks(3, 3) == [3]
    assert powers(0.5, 3000, 5) == [1, 10, 100, 1000]
    assert powers(1, 1e8, 4) == [1, 1e3, 1e6]


def test_scales_straight_and_along_the_logarithm():
    assert [Scale(0, 10, 100, 0)(n) for n in (0, 5, 10)] == [100, 50, 0]
    assert [Scale(1, 100, 0, 200, log=True)(n) for n in (1, 10, 100)] == [0, 100, 200]
    assert Scale(3, 3, 0, 10)(3) == 5


def test_a_path_goes_through_its_points():
    assert path([(0, 1.5), (2, 3)]) == "M0 1.5L2 3"
