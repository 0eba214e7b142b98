"""Numbers go to the disk as the feature's YAML says, and come back as they were."""

import numpy as np
import pytest
from support.mistakes import refused

from pipeline.blocks.precision import narrow, stored_type, widen
from pipeline.catalogue import features

WORDS = features()["bag_of_words"]["stored"]


def test_every_half_becomes_the_same_number_as_numpy_makes_of_it():
    every = np.arange(2**16, dtype=np.uint16).view(np.float16).reshape(256, 256)
    wide = widen(every, np.arange(256))
    assert wide.dtype == np.float32
    np.testing.assert_array_equal(wide.view(np.uint32), every.astype(np.float32).view(np.uint32))


def test_rows_are_taken_in_the_order_of_the_index():
    for dtype in (np.float16, np.float32):
        rows = np.arange(12, dtype=dtype).reshape(4, 3)
        np.testing.assert_array_equal(
            widen(rows, np.array([3, 0, 3])), [[9, 10, 11], [0, 1, 2], [9, 10, 11]]
        )


@pytest.mark.parametrize(("rows", "cols"), [(1, 1), (32, 32), (128, 128), (64, 256)])
def test_features_of_small_images_are_kept_in_half_precision(rows, cols):
    assert stored_type({"type": "float16"}, {}, rows, cols) is np.float16
    assert stored_type({"type": "float32"}, {}, rows, cols) is np.float32


@pytest.mark.parametrize(("rows", "cols"), [(129, 128), (64, 257), (200, 200)])
def test_features_of_large_images_keep_single_precision(rows, cols):
    assert stored_type({"type": "float16"}, {}, rows, cols) is np.float32


@pytest.mark.parametrize(
    ("power", "kind"), [(1, np.float32), (1.0, np.float32), (0.75, np.float16), (0.5, np.float16)]
)
def test_sums_that_may_be_large_are_kept_in_single_precision(power, kind):
    sums = np.array([[3, 4e4]], np.float32)
    assert stored_type(WORDS, {"power": power, "grid": 1}, 16, 16) is kind
    kept = narrow(sums, kind, "")
    assert kept.dtype == kind
    np.testing.assert_array_equal(kept, sums)


def test_sums_that_do_not_fit_are_refused():
    sums = np.array([[3, 7e4]], np.float32)
    np.testing.assert_array_equal(narrow(sums, np.float32, ""), sums)
    with refused("a feature is 70000, more than the 65504", "words: lower power"):
        narrow(sums, np.float16, "words: lower power")


def test_numbers_below_zero_that_do_not_fit_are_refused_too():
    sums = np.array([[3, -7e4]], np.float32)
    np.testing.assert_array_equal(narrow(sums, np.float32, ""), sums)
    with refused("a feature is -70000", "65504", "lower power"):
        narrow(sums, np.float16, "lower power")
