"""Mirrored and shifted images, against loops and numpy's own padding."""

import numpy as np
import pytest

from features.convolutions.augmentation import SHIFT, augmented, mirrored, shifts, six_views


def images(n: int, rows: int, cols: int) -> np.ndarray:
    return np.random.default_rng(0).integers(256, size=(n, rows, cols, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(6, 9), (4, 4)])
def test_images_are_shifted_and_mirrored_as_a_loop_does_it(size):
    given, rng = images(30, *size), np.random.default_rng(1)
    mirror, shift = rng.integers(2, size=30) == 1, shifts(30, rng)
    for image, flip, (down, right), seen in zip(
        given, mirror, shift, augmented(given, mirror, shift), strict=True
    ):
        rows, cols = size
        row = [abs(i + down - SHIFT) for i in range(rows)]
        col = [abs(j + right - SHIFT) for j in range(cols)]
        row = [i if i < rows else 2 * (rows - 1) - i for i in row]
        col = [j if j < cols else 2 * (cols - 1) - j for j in col]
        expected = image[row][:, col]
        np.testing.assert_array_equal(seen, expected[:, ::-1] if flip else expected)


def test_every_image_is_mirrored_on_every_other_epoch():
    every = np.array([mirrored(50, epoch, np.random.default_rng(3)) for epoch in range(6)])
    assert (every[1:] != every[:-1]).all()
    assert 10 < every[0].sum() < 40


def test_shifts_are_all_those_of_two_pixels():
    found = shifts(5000, np.random.default_rng(0))
    assert {tuple(each) for each in found} == {(i, j) for i in range(5) for j in range(5)}


def test_six_views_by_hand():
    image = images(1, 5, 4)
    up = np.pad(image, ((0, 0), (1, 0), (1, 0), (0, 0)), mode="reflect")[:, :5, :4]
    down = np.pad(image, ((0, 0), (0, 1), (0, 1), (0, 0)), mode="reflect")[:, 1:, 1:]
    expected = [image, image[:, :, ::-1], up, up[:, :, ::-1], down, down[:, :, ::-1]]
    for seen, one in zip(six_views(image), expected, strict=True):
        np.testing.assert_array_equal(seen, one)
