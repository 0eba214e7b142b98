"""Patches: which are drawn, how they are laid out, and what contrast normalisation leaves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.naive_patches import cut
from support.noise import noise

from features.errors import BadInput
from features.words.patches import check_size, dense, draw, normalize_contrast


def numbered(n: int, rows: int, cols: int) -> np.ndarray:
    """Images whose every value is different, as long as there are at most 256."""
    return np.arange(n * rows * cols * 3, dtype=np.uint8).reshape(n, rows, cols, 3)


def test_every_position_of_an_image_is_drawn_equally_often():
    images = numbered(1, 7, 7)
    drawn = draw(images, 4000, 6, np.random.default_rng(0))
    assert drawn.dtype == np.float32
    found, counts = np.unique(drawn, axis=0, return_counts=True)
    expected = np.concatenate(cut(images[0], 6, 1))
    assert {tuple(row) for row in found} == {tuple(row) for row in expected}
    assert len(counts) == 4
    assert np.abs(counts - 1000).max() < 150  # standard deviation 27


def test_every_image_is_drawn_equally_often():
    images = np.arange(10, dtype=np.uint8)[:, None, None, None] * np.ones((4, 5, 3), np.uint8)
    drawn = draw(images, 10_000, 3, np.random.default_rng(0))
    assert (drawn == drawn[:, :1]).all()
    assert np.abs(np.bincount(drawn[:, 0].astype(int), minlength=10) - 1000).max() < 150


def test_draws_of_one_generator_repeat():
    images = noise(5, 8, 8)
    first, again, other = (draw(images, 50, 3, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
@settings(deadline=None)
def test_dense_patches_equal_a_naive_loop(rows, cols, size, stride):
    size = min(size, rows, cols)
    (image,) = noise(1, rows, cols)
    expected = np.array(cut(image, size, stride), np.float32)
    patches = dense(image, size, stride)
    assert patches.dtype == np.float32
    np.testing.assert_array_equal(patches, expected)


def test_a_drawn_patch_is_laid_out_as_a_dense_one():
    image = numbered(1, 5, 5)
    everywhere = {tuple(patch) for patch in dense(image[0], 3, 1).reshape(9, -1)}
    assert {tuple(patch) for patch in draw(image, 100, 3, np.random.default_rng(0))} == everywhere


def test_a_normalised_patch_by_hand():
    # Mean 5, variance 20: with an offset of 5 the divisor is 5.
    patch = np.array([[-1, 3, 7, 11]], np.float32)
    np.testing.assert_allclose(normalize_contrast(patch, 5), [[-1.2, -0.4, 0.4, 1.2]])
    np.testing.assert_array_equal(patch, [[-1, 3, 7, 11]])


@given(arrays(np.uint8, (4, 12)), st.floats(0.1, 100))
def test_normalised_patches_have_mean_zero_and_the_variance_of_their_offset(pixels, offset):
    patches = normalize_contrast(pixels.astype(np.float32), offset)
    variance = pixels.var(axis=1)
    np.testing.assert_allclose(patches.mean(axis=1), 0, atol=5e-5)  # means of 100, in float32
    np.testing.assert_allclose(patches.var(axis=1), variance / (variance + offset), rtol=1e-4)


@pytest.mark.parametrize("value", [0, 77, 255])
def test_a_flat_patch_becomes_zero(value):
    flat = np.full((1, 108), value, np.float32)
    np.testing.assert_array_equal(normalize_contrast(flat, 10), np.zeros((1, 108)))


@pytest.mark.parametrize(("rows", "cols"), [(5, 9), (9, 5), (5, 5)])
def test_a_patch_larger_than_the_images(rows, cols):
    message = rf"^patch_size is 6, but the images are {rows}x{cols} pixels; set it to at most 5$"
    with pytest.raises(BadInput, match=message):
        check_size(numbered(1, rows, cols), 6)
    with pytest.raises(BadInput, match=message):
        draw(numbered(1, rows, cols), 3, 6, np.random.default_rng(0))
    check_size(numbered(1, rows, cols), 5)


def test_patches_are_drawn_from_a_few_images_at_a_time():
    images = noise(1000, 8, 8)

    class OnDisk:
        shape = images.shape

        def __getitem__(self, part):
            assert isinstance(part, slice)
            assert part.stop - part.start < 300
            return images[part]

    drawn = draw(OnDisk(), 500, 3, np.random.default_rng(1))
    everywhere = np.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(1, 2))
    known = {window.tobytes() for window in np.moveaxis(everywhere, 3, -1).reshape(-1, 27)}
    assert {patch.astype(np.uint8).tobytes() for patch in drawn} <= known
    assert len(np.unique(drawn, axis=0)) > 450
