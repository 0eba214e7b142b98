"""A view is an image seen otherwise: mirrored, at another scale, or both."""

import numpy as np
import pytest
from support.noise import noise

from pipeline.blocks.views import FLIPPED, ORIGINAL, features_of, look, views

IMAGES = noise(6, 16, 16)


def test_a_flipped_image_has_its_columns_in_reverse_order():
    np.testing.assert_array_equal(look(IMAGES, FLIPPED)[3, 5, 0], IMAGES[3, 5, 15])
    assert look(IMAGES, ORIGINAL) is IMAGES


def test_views_that_are_wanted():
    assert views([1], False, False) == ["original"]
    assert views([1], True, False) == ["original", "flipped"]
    assert views([0.8, 1], False, False) == ["original_0.8", "original"]
    assert views([1, 0.8], True, False) == ["original", "flipped", "original_0.8", "flipped_0.8"]
    assert views([1, 1.5], True, True) == ["original+flipped+original_1.5+flipped_1.5"]


@pytest.mark.parametrize("scale", [0.8, 1.25])
def test_a_rescaled_ramp_has_another_slope_and_the_same_middle(scale):
    ramp = np.broadcast_to(np.arange(40, 120, 2, np.uint8)[:, None], (2, 24, 40, 3))
    seen = look(ramp, f"original_{scale}")
    assert (seen.dtype, seen.shape) == (ramp.dtype, ramp.shape)
    expected = 79 + 2 / scale * (np.arange(40) - 19.5)
    middle = slice(6, -6)
    np.testing.assert_allclose(
        seen[:, :, middle, 0], np.tile(expected[middle], (2, 24, 1)), atol=1.01
    )


def test_margins_of_a_shrunk_image_mirror_what_is_beside_them():
    """At half the scale, 4 pixels become the middle 2, each the mean of two."""
    image = np.broadcast_to(np.array([10, 20, 30, 40], np.uint8)[:, None], (1, 4, 4, 3))
    seen = look(image, "original_0.5")
    np.testing.assert_array_equal(seen[0, :, :, 0], [[15, 15, 35, 35]] * 4)


def test_a_rescaled_image_is_flipped_like_any_other():
    shrunk, flipped = look(IMAGES, "original_0.8"), look(IMAGES, "flipped_0.8")
    np.testing.assert_array_equal(flipped, shrunk[:, :, ::-1])


def test_features_of_several_views_are_their_mean():
    def first_pixel(images):
        return images[:, 0, 0].astype(np.float32)

    one, other = IMAGES[:, 0, 0].astype(np.float32), IMAGES[:, 0, 15].astype(np.float32)
    np.testing.assert_array_equal(features_of(IMAGES, "flipped", first_pixel), other)
    both = features_of(IMAGES, "original+flipped", first_pixel)
    np.testing.assert_array_equal(both, (one + other) / 2)
    assert both.dtype == np.float32
