"""Colour histograms against numpy's, exact colour arithmetic, and images counted by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.color import rgb2hsv
from support.mistakes import refused
from support.noise import noise

from features import color_histogram

RED, LIME, BLUE, BLACK, WHITE = (
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [0, 0, 0],
    [255, 255, 255],
)


def extract(images, space="rgb", bins=8, grid=1, square_root=False):
    return color_histogram.extract(
        images, space=space, bins=bins, grid=grid, square_root=square_root
    )


def bin_of(pixel, space, bins):
    """The joint bin of one pixel."""
    (joint,) = np.flatnonzero(extract(np.uint8(pixel).reshape(1, 1, 1, 3), space, bins))
    return tuple(int(i) for i in np.unravel_index(joint, (bins,) * 3))


@pytest.mark.parametrize("bins", [1, 2, 3, 5, 8, 10, 32])
def test_rgb_equals_numpy(bins):
    images = noise(4, 32, 32)
    edges = [np.arange(bins + 1) * 256 / bins] * 3
    expected = [np.histogramdd(image.reshape(-1, 3), edges)[0].ravel() / 1024 for image in images]
    np.testing.assert_allclose(extract(images, bins=bins), expected, rtol=1e-6)


@pytest.mark.parametrize("bins", [1, 2, 4, 8])
def test_hsv_equals_numpy_on_scikit_image_colors(bins):
    images = noise(4, 32, 32)
    # Colours exactly on an edge belong above it; scikit-image may round them to a hair below.
    edges = [np.append(np.arange(bins) / bins - 1e-9, 1)] * 3
    expected = [
        np.histogramdd(rgb2hsv(image).reshape(-1, 3), edges)[0].ravel() / 1024 for image in images
    ]
    np.testing.assert_allclose(extract(images, "hsv", bins), expected, rtol=1e-6)


def exact_hsv(red, green, blue):
    """Hue, saturation and value on 0..1 by their definition, in fractions."""
    value = max(red, green, blue)
    chroma = value - min(red, green, blue)
    if chroma == 0:
        return Fraction(0), Fraction(0), Fraction(value, 255)
    sixths = {
        blue: Fraction(red - green, chroma) + 4,
        green: Fraction(blue - red, chroma) + 2,
        red: Fraction(green - blue, chroma) % 6,
    }
    return sixths[value] / 6, Fraction(chroma, value), Fraction(value, 255)


@settings(max_examples=300, deadline=None)
@given(
    pixel=st.one_of(
        st.tuples(*[st.integers(0, 255)] * 3),
        st.tuples(*[st.sampled_from([0, 1, 2, 3, 51, 85, 102, 127, 128, 170, 254, 255])] * 3),
    ),
    bins=st.sampled_from([1, 2, 3, 5, 6, 8, 12, 17, 32]),
)
def test_hsv_bins_are_exact(pixel, bins):
    expected = tuple(min(int(part * bins), bins - 1) for part in exact_hsv(*pixel))
    assert bin_of(pixel, "hsv", bins) == expected


def test_pure_colors_in_hsv():
    hues = [bin_of(pixel, "hsv", 6) for pixel in (RED, LIME, BLUE)]
    assert hues == [(0, 5, 5), (2, 5, 5), (4, 5, 5)]
    assert bin_of(BLACK, "hsv", 6) == (0, 0, 0)
    assert bin_of(WHITE, "hsv", 6) == (0, 0, 5)


@pytest.mark.parametrize("bins", [1, 3, 7, 32])
def test_rgb_bin_of_every_value(bins):
    for value in (0, 1, 85, 86, 127, 128, 254, 255):
        assert bin_of([value, 0, 255], "rgb", bins) == (value * bins // 256, 0, bins - 1)


def test_regions_by_hand():
    image = np.zeros((1, 5, 3, 3), np.uint8)
    image[0, 2:, 1:] = 255  # rows split into 0..1 and 2..4, columns into 0 and 1..2
    image[0, 4, 2] = 0
    regions = extract(image, bins=2, grid=2).reshape(4, 8)
    expected = np.zeros((4, 8))
    expected[:3, 0] = 1
    expected[3, [0, 7]] = 1 / 6, 5 / 6
    np.testing.assert_allclose(regions, expected)


def test_a_region_is_the_histogram_of_its_pixels():
    images = noise(2, 33, 40)
    regions = extract(images, bins=4, grid=3).reshape(2, 3, 3, 64)
    for y in range(3):
        for x in range(3):
            part = images[:, 33 * y // 3 : 33 * (y + 1) // 3, 40 * x // 3 : 40 * (x + 1) // 3]
            np.testing.assert_array_equal(regions[:, y, x], extract(part, bins=4))


@settings(max_examples=50, deadline=None)
@given(
    images=arrays(np.uint8, st.tuples(*[st.integers(3, 9)] * 3, st.just(3))),
    space=st.sampled_from(color_histogram.SPACES),
    bins=st.integers(1, 9),
    grid=st.integers(1, 3),
    square_root=st.booleans(),
)
def test_frequencies_sum_to_one_for_any_batch_and_layout(images, space, bins, grid, square_root):
    block = extract(images, space, bins, grid, square_root)
    frequencies = block.astype(float) ** 2 if square_root else block
    np.testing.assert_allclose(
        frequencies.reshape(len(images), grid**2, -1).sum(axis=2), 1, rtol=1e-5
    )
    alone = [extract(image[None], space, bins, grid, square_root)[0] for image in images]
    np.testing.assert_array_equal(alone, block)
    strided = np.repeat(np.asfortranarray(images), 2, axis=0)[::2]
    np.testing.assert_array_equal(extract(strided, space, bins, grid, square_root), block)


def test_place_of_a_pixel_does_not_matter_within_a_region():
    images = noise(1, 16, 16)
    shuffled = np.random.default_rng(1).permutation(images.reshape(-1, 3)).reshape(images.shape)
    np.testing.assert_array_equal(extract(shuffled), extract(images))
    np.testing.assert_array_equal(extract(shuffled, "hsv"), extract(images, "hsv"))


def test_numbers_of_32x32_images():
    images = np.zeros((3, 32, 32, 3), np.uint8)
    assert extract(images, bins=8, grid=2).shape == (3, 2048)
    assert extract(images[:0], bins=8, grid=2).shape == (0, 2048)
    assert extract(images).dtype == np.float32


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"space": "lab"}, ["space is 'lab'", "rgb, hsv"]),
        ({"bins": 0}, ["bins is 0", "1 to 32"]),
        ({"bins": 33}, ["bins is 33", "1 to 32"]),
        ({"grid": 0}, ["grid is 0", "1 to 4"]),
        ({"grid": 5}, ["grid is 5", "4x6 pixels", "1 to 4"]),
    ],
)
def test_settings_that_make_no_sense_are_one_clear_line(changes, words):
    with refused("color_histogram: ", *words):
        extract(np.zeros((1, 4, 6, 3), np.uint8), **changes)
