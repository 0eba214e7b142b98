"""Learning rates named by made-up curves, of which everybody would say the same, and by real."""

import math

import numpy as np
import pytest
from support.problems import C, overlapping
from support.texts import texts

from pipeline.lecture.learning_rate import (
    EPOCHS,
    EXPLODED,
    RATES,
    RIGHT,
    SLOW,
    STALLED,
    describe,
    ending,
    measure,
    name_regimes,
    ranges,
)

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
    assert name_regimes(list(CURVES), np.array(list(CURVES.values()))) == NAMES


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_single_peaks_change_no_name(seed):
    rng = np.random.default_rng(seed)
    curves = np.array(list(CURVES.values()))
    curves[:, 1:] += 0.1 * rng.standard_normal((len(curves), len(T) - 1))
    curves[:, -1] += 50
    assert name_regimes(list(CURVES), curves) == NAMES


def test_where_a_curve_ends_is_the_middle_of_its_last_fifth():
    assert ending(np.array([9.0] * 8 + [1, 3])) == 2
    assert ending(np.array([9.0, 5.0])) == 5
    assert ending(np.array([9.0] * 9 + [np.nan])) == np.inf


def test_small_middling_and_huge_learning_rates_are_named():
    records = measure(overlapping(), "softmax", np.random.default_rng(0))
    names = {record[1]: record[2] for record in records}
    assert list(names) == RATES
    assert names[1e-6].endswith("slow")
    assert names[10.0].endswith("explodes")
    assert "right" in names.values()
    curves = np.array([record[4] for record in records]).reshape(len(RATES), -1)
    np.testing.assert_allclose(curves[:, 0], math.log(C), rtol=1e-6)
    assert (np.diff([record[3] for record in records[: curves.shape[1]]]) > 0).all()
    assert records[0][3] == 0
    assert records[-1][3] == EPOCHS


def test_the_sentence_says_which_rates_are_in_each_regime_and_where_curves_end():
    named = {1e-5: SLOW, 1e-4: SLOW, 0.01: RIGHT, 0.1: STALLED, 1.0: EXPLODED, 10.0: EXPLODED}
    ends = {SLOW: 3.0, RIGHT: 1.0, STALLED: 2.0, EXPLODED: np.inf}
    records = [
        ("svm", rate, regime, epoch, loss, 0.5)
        for rate, regime in named.items()
        for epoch, loss in ((0, 9.0), (5, ends[regime]))
    ]
    records.append(("softmax", 1.0, STALLED, 0, 1.0, 0.5))
    assert describe(records, "svm", texts("learning_rate")) == (
        "SVM: up to 0.0001: too small, slow; 0.01: right; 0.1: too large, stalls; "
        "from 1 on: far too large, explodes. Drawn are one of each: in 5 epochs the loss falls "
        "from 9 to 3 with 0.0001 (too small, slow), 1 with 0.01 (right) and 2 with 0.1 (too "
        "large, stalls)."
    )
    worse = [("svm", rate, EXPLODED, 0, 2.0 + epoch, 0.5) for rate in RATES for epoch in (0, 1)]
    said = describe(worse, "svm", texts("learning_rate"))
    assert said.startswith("SVM: any rate: far too large, explodes. In 5 epochs no rate ")


def test_rates_that_lie_apart_are_listed():
    rates, text = [0.1, 0.2, 0.3, 0.4, 0.5], texts("learning_rate")
    assert ranges(rates, [0.1, 0.3], text) == "0.1, 0.3"
    assert ranges(rates, [0.2, 0.3, 0.4], text) == "0.2 to 0.4"
    assert ranges(rates, [0.3], text) == "0.3"
