"""Rough products against those of double precision, of numbers rounded as numpy can tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.words import bfloat16

numbers = st.floats(-(2.0**60), 2.0**60, width=32)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, 1),
        (1 + 2**-7, 1 + 2**-7),  # 8 bits
        (1 + 2**-8, 1),  # half way: to even
        (1 + 3 * 2**-8, 1 + 2**-6),
        (1 + 2**-8 + 2**-20, 1 + 2**-7),
        (255.6, 256),  # up into the next power of two
        (-3.01, -3.015625),
        (0, 0),
    ],
)
def test_rounding_by_hand(number, expected):
    rough = bfloat16.rounded(np.full((1, 2), number, np.float32))
    np.testing.assert_array_equal(bfloat16.widened(rough), [[expected, expected]])


@given(arrays(np.float32, (3, 5), elements=numbers))
def test_no_number_moves_by_more_than_half_of_its_last_bit(X):
    rough = bfloat16.widened(bfloat16.rounded(X))
    assert rough.shape == (3, 6)
    assert (rough[:, 5] == 0).all()
    _, exponent = np.frexp(X.astype(np.float64))
    normal = np.abs(X) >= 2.0**-126
    off = np.abs(rough[:, :5] - X.astype(np.float64))
    assert (off <= np.ldexp(1.0, exponent - 9))[normal].all()


def products(points, words, bias) -> np.ndarray:
    panels = bfloat16.lay_out(bfloat16.rounded(words), bias)
    scores = bfloat16.room(len(points), panels)
    bfloat16.multiply(bfloat16.rounded(points), panels, scores)
    assert (scores[: len(points), len(words) :] == -np.inf).all()
    return scores[: len(points), : len(words)]


@pytest.mark.parametrize("available", [bfloat16.AVAILABLE, False])
@pytest.mark.parametrize(
    ("m", "d", "n"), [(1, 1, 1), (3, 5, 7), (14, 8, 32), (15, 2, 33), (57, 9, 65), (112, 108, 300)]
)
def test_products_are_those_of_the_rounded_numbers(available, m, d, n, monkeypatch):
    monkeypatch.setattr(bfloat16, "AVAILABLE", available)
    rng = np.random.default_rng(0)
    points, words = (rng.normal(size=(k, d)).astype(np.float32) for k in (m, n))
    bias = rng.normal(size=n).astype(np.float32)
    few = [bfloat16.widened(bfloat16.rounded(X)).astype(np.float64) for X in (points, words)]
    np.testing.assert_allclose(products(points, words, bias), few[0] @ few[1].T + bias, atol=1e-4)


def test_whole_numbers_are_exact():
    rng = np.random.default_rng(0)
    points, words = (rng.integers(-16, 17, (k, 7)).astype(np.float32) for k in (20, 40))
    bias = np.arange(40, dtype=np.float32)
    np.testing.assert_array_equal(products(points, words, bias), points @ words.T + bias)
