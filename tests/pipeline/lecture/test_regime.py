"""Learning rates named by made-up curves, of which everybody would say the same."""

import numpy as np
import pytest
from pipeline.lecture.regime import EXPLODED, RIGHT, SLOW, STALLED, ending, name

T = np.linspace(0, 1, 50)
CURVES = {
    1e-4: 9 - T,  # hardly any way made
    1e-3: 9 * np.exp(-T),
    1e-2: 1 + 8 * np.exp(-10 * T),  # the best
    3e-2: 1.5 + 7.5 * np.exp(-20 * T),
    1e-1: 5 + 4 * np.exp(-20 * T),  # quicker at first, and then no further
    1.0: 9 * np.exp(3 * T),
    10.0: np.where(T < 0.5, 9 + T, np.inf),
    100.0: np.where(T < 0.5, 9 + T, np.nan),
}
NAMES = [SLOW, SLOW, RIGHT, RIGHT, STALLED, EXPLODED, EXPLODED, EXPLODED]


def test_every_regime_is_named():
    assert name(list(CURVES), np.array(list(CURVES.values()))) == NAMES


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_single_peaks_change_no_name(seed):
    rng = np.random.default_rng(seed)
    curves = np.array(list(CURVES.values()))
    curves[:, 1:] += 0.1 * rng.standard_normal((len(curves), len(T) - 1))
    curves[:, -1] += 50
    assert name(list(CURVES), curves) == NAMES


def test_where_a_curve_ends_is_the_middle_of_its_last_fifth():
    assert ending(np.array([9.0] * 8 + [1, 3])) == 2
    assert ending(np.array([9.0, 5.0])) == 5
    assert ending(np.array([9.0] * 9 + [np.nan])) == np.inf
