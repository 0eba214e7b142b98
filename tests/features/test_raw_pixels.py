"""Raw pixels: the order and the scale of the numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features import raw_pixels


def test_two_pixels_by_hand():
    images = np.array([[[[0, 51, 255], [102, 153, 204]]]], np.uint8)
    block = raw_pixels.extract(images)
    np.testing.assert_array_equal(block, np.float32([[0, 0.2, 1, 0.4, 0.6, 0.8]]))
    assert block.dtype == np.float32


def test_numbers_of_32x32_images():
    assert raw_pixels.extract(np.zeros((5, 32, 32, 3), np.uint8)).shape == (5, 3072)
    assert raw_pixels.extract(np.zeros((0, 32, 32, 3), np.uint8)).shape == (0, 3072)


@given(arrays(np.uint8, st.tuples(*[st.integers(1, 5)] * 3, st.just(3))))
def test_pixels_can_be_read_back_whatever_the_layout(images):
    block = raw_pixels.extract(images)
    np.testing.assert_array_equal(np.rint(block * 255).reshape(images.shape), images)
    np.testing.assert_array_equal(raw_pixels.extract(np.asfortranarray(images)), block)
    np.testing.assert_array_equal(raw_pixels.extract(images[:1])[0], block[0])
