"""HOG against scikit-image, and against images whose edges are known."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_filter
from skimage import data
from skimage.feature import hog as skimage_hog

from features import hog
from features.errors import BadInput

BLOCK_NORMS = ("L1", "L1-sqrt", "L2", "L2-Hys")


def extract(
    images,
    orientations=9,
    pixels_per_cell=8,
    cells_per_block=2,
    block_norm="L2-Hys",
    directions="unsigned",
    interpolate=False,
    gamma=1,
):
    return hog.extract(
        images,
        orientations=orientations,
        directions=directions,
        interpolate=interpolate,
        gamma=gamma,
        pixels_per_cell=pixels_per_cell,
        cells_per_block=cells_per_block,
        block_norm=block_norm,
    )


def scikit_image(images, orientations, pixels_per_cell, cells_per_block, block_norm):
    cell, block = (pixels_per_cell,) * 2, (cells_per_block,) * 2
    return [
        skimage_hog(image, orientations, cell, block, block_norm, channel_axis=-1)
        for image in images
    ]


def votes(image, orientations, pixels_per_cell):
    """The votes of each orientation in the whole image, from the cells' histograms."""
    cells = extract(image[None], orientations, pixels_per_cell, 1, "none")
    return cells.reshape(-1, orientations).sum(axis=0) * pixels_per_cell**2


def grey(image):
    """A grey picture (rows, cols) as uint8 RGB."""
    return np.repeat(np.uint8(image)[:, :, None], 3, axis=2)


def middle_gradient(row, col):
    """3x3 pictures, uint8 (n, 3, 3), in whose middle pixel these n differences are seen."""
    pictures = np.zeros((len(row), 3, 3), np.uint8)
    pictures[:, 0, 1], pictures[:, 2, 1] = np.maximum(-row, 0), np.maximum(row, 0)
    pictures[:, 1, 0], pictures[:, 1, 2] = np.maximum(-col, 0), np.maximum(col, 0)
    return pictures


def differences(images):
    """The whole-number gradients (row, col) of each channel, int (2, n, rows, cols, 3)."""
    found = np.zeros((2, *images.shape), int)
    found[0, :, 1:-1] = images[:, 2:].astype(int) - images[:, :-2]
    found[1, :, :, 1:-1] = images[:, :, 2:].astype(int) - images[:, :, :-2]
    return found


def without_broken_ties(images):
    """The images whose strongest channels scikit-image sees as we do.

    np.hypot may round equal lengths, such as those of (17, 52) and (28, 47), differently. Then the
    first of two equally strong channels is not the stronger one to scikit-image.
    """
    row, col = differences(images)
    agree = np.hypot(row, col).argmax(axis=-1) == (row**2 + col**2).argmax(axis=-1)
    return images[agree.all(axis=(1, 2))]


def textures(rng, n, rows, cols):
    """Noise, smooth and nearly flat images: all lengths and directions of gradients."""
    noise = rng.integers(0, 256, (n, rows, cols, 3), dtype=np.uint8)
    smooth = gaussian_filter(noise.astype(float), (0, 3, 3, 0))
    stretched = (smooth - smooth.min()) / np.ptp(smooth) * 255
    return np.concatenate([noise, stretched.astype(np.uint8), noise // 64, noise // 128 * 255])


@pytest.mark.parametrize("block_norm", BLOCK_NORMS)
@pytest.mark.parametrize("orientations", [1, 4, 7, 9, 12, 36, 400])
@pytest.mark.parametrize(("pixels_per_cell", "cells_per_block"), [(8, 2), (5, 3), (4, 1), (1, 2)])
def test_equals_scikit_image(orientations, pixels_per_cell, cells_per_block, block_norm):
    drawn = textures(np.random.default_rng(0), 2, 17, 26)
    images = without_broken_ties(drawn)
    assert len(images) >= len(drawn) - 2
    arguments = (orientations, pixels_per_cell, cells_per_block, block_norm)
    actual = extract(images, *arguments)
    np.testing.assert_allclose(actual, scikit_image(images, *arguments), rtol=0, atol=1e-6)
    assert actual.dtype == np.float32


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
@pytest.mark.parametrize(
    "arguments", [(9, 8, 2, "L2-Hys"), (9, 5, 2, "L2"), (9, 4, 2, "L2-Hys"), (12, 8, 3, "L1-sqrt")]
)
def test_equals_scikit_image_on_photographs(name, arguments):
    photograph = getattr(data, name)()
    crops = sliding_window_view(photograph, (32, 32), axis=(0, 1))[::61, ::67]
    drawn = np.moveaxis(crops, 2, -1).reshape(-1, 32, 32, 3)
    images = without_broken_ties(drawn)
    assert len(images) >= 0.9 * len(drawn)
    actual = extract(images, *arguments)
    np.testing.assert_allclose(actual, scikit_image(images, *arguments), rtol=0, atol=1e-5)


def test_gradients_of_all_lengths_and_directions_vote_for_the_bin_of_their_angle():
    row, col = np.mgrid[-255:256:5, -255:256:3].reshape(2, -1)
    images = np.stack([middle_gradient(row, col)] * 3, axis=-1)
    angle = np.rad2deg(np.arctan2(row, col)) % 180
    for orientations in (2, 4, 9, 12):
        cells = extract(images, orientations, 1, 1, "none").reshape(-1, 9, orientations)[:, 4]
        assert (np.count_nonzero(cells, axis=1) == (np.hypot(row, col) > 0)).all()
        np.testing.assert_allclose(cells.sum(axis=1), np.hypot(row, col), rtol=1e-6)
        moved = cells.any(axis=1)
        assert (cells.argmax(axis=1) == np.floor(angle * orientations / 180))[moved].all()


@pytest.mark.parametrize("square", [25, 65, 2993, 3874, 7565, 32045])
def test_the_first_of_equally_strong_channels_votes(square):
    row, col = np.mgrid[0:256, 0:256].reshape(2, -1)
    row, col = row[row**2 + col**2 == square], col[row**2 + col**2 == square]
    pictures = middle_gradient(row, col)
    first, second = np.repeat(pictures, len(row), axis=0), np.tile(pictures, (len(row), 1, 1))
    none = np.zeros_like(first)
    expected = extract(np.stack([first, none, none], axis=-1), 9, 3, 1, "L1")
    for channels in ([first, second, none], [first, none, second], [none, first, second]):
        actual = extract(np.stack(channels, axis=-1), 9, 3, 1, "L1")
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize(("quarter_turns", "bin_of_edge"), [(0, 0), (1, 2), (2, 0), (3, 2)])
def test_half_black_image_fills_one_bin(quarter_turns, bin_of_edge):
    image = np.zeros((32, 32))
    image[:, 16:] = 255
    filled = votes(grey(np.rot90(image, quarter_turns)), 4, 8)
    expected = np.zeros(4)
    expected[bin_of_edge] = 2 * 32 * 255  # the two pixels on either side of the edge see it
    np.testing.assert_allclose(filled, expected)


def test_ramps_in_all_directions_have_equal_energy():
    ramp = np.tile(np.arange(0, 128, 4), (32, 1))
    energies = [votes(grey(np.rot90(ramp, k)), 9, 8).sum() for k in range(4)]
    # Differences of 8, save in the first and last column, where there are none.
    np.testing.assert_allclose(energies, 32 * 30 * 8)


@pytest.mark.parametrize("orientations", range(1, 13))
def test_blurred_disc_has_equal_bins(orientations):
    y, x = np.mgrid[-200:201, -200:201]
    disc = gaussian_filter(255.0 * (x**2 + y**2 < 150**2), 3)
    dithered = np.floor(disc + np.random.default_rng(0).random(disc.shape))
    filled = votes(grey(dithered), orientations, 401)
    # Whole-number gradients lie exactly on 0, 45, 90, 135 degrees more often than near them.
    np.testing.assert_allclose(filled / filled.mean(), 1, atol=0.25)


def test_order_of_channels_changes_nothing():
    rng = np.random.default_rng(1)
    # The channel of the highest contrast is the strongest one everywhere: no ties.
    graded = rng.integers(0, 64, (2, 32, 32, 1), dtype=np.uint8) * np.array([1, 2, 4], np.uint8)
    # With one orientation, it does not matter which of two equally strong channels votes.
    noise = rng.integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    for order in ([0, 2, 1], [1, 0, 2], [2, 1, 0], [1, 2, 0]):
        np.testing.assert_array_equal(extract(graded[..., order]), extract(graded))
        np.testing.assert_array_equal(extract(noise[..., order], 1), extract(noise, 1))


def test_strongest_channel_votes_alone():
    image = np.zeros((8, 8, 3), np.uint8)
    image[:, 4:, 1] = 100  # a vertical edge in green
    image[4:, :, 2] = 99  # a weaker horizontal one in blue
    filled = votes(image, 2, 8)
    # Two columns of green; two rows of blue less the four pixels where both meet.
    np.testing.assert_allclose(filled, [2 * 8 * 100, (2 * 8 - 4) * 99])


@pytest.mark.parametrize("pixels_per_cell", [4, 8, 16])
def test_no_vote_is_lost(pixels_per_cell):
    image = np.random.default_rng(2).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    magnitude = np.hypot(*differences(image[None])).max(axis=-1)
    assert votes(image, 9, pixels_per_cell).sum() == pytest.approx(magnitude.sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("cells_per_block", "block_norm", "numbers"), [(1, "none", 144), (2, "L2-Hys", 324)]
)
def test_numbers_of_a_32x32_image(cells_per_block, block_norm, numbers):
    images = np.zeros((3, 32, 32, 3), np.uint8)
    assert extract(images, 9, 8, cells_per_block, block_norm).shape == (3, numbers)
    assert extract(images[:0], 9, 8, cells_per_block, block_norm).shape == (0, numbers)


@settings(max_examples=30, deadline=None)
@given(
    images=st.tuples(st.integers(1, 4), st.integers(4, 20), st.integers(4, 20)).flatmap(
        lambda shape: arrays(np.uint8, (*shape, 3))
    ),
    orientations=st.integers(1, 12),
    block_norm=st.sampled_from(BLOCK_NORMS),
)
def test_an_image_does_not_depend_on_its_batch_or_layout(images, orientations, block_norm):
    together = extract(images, orientations, 2, 2, block_norm)
    alone = [extract(image[None], orientations, 2, 2, block_norm)[0] for image in images]
    np.testing.assert_array_equal(together, alone)
    strided = np.repeat(np.asfortranarray(images), 2, axis=0)[::2]
    np.testing.assert_array_equal(extract(strided, orientations, 2, 2, block_norm), together)
    assert np.isfinite(together).all()
    assert (together >= 0).all()


def test_flat_image_is_zero():
    for block_norm in BLOCK_NORMS:
        assert not extract(np.full((1, 32, 32, 3), 200, np.uint8), block_norm=block_norm).any()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pixels_per_cell": 33, "cells_per_block": 1}, "32x40 .* 33x33"),
        ({"pixels_per_cell": 8, "cells_per_block": 5}, "32x40 .* 40x40"),
        ({"block_norm": "L3"}, "L3.*L2-Hys"),
        ({"block_norm": "none", "cells_per_block": 2}, "cells_per_block to 1"),
        ({"orientations": 0}, "orientations is 0"),
        ({"pixels_per_cell": 0}, "pixels_per_cell is 0"),
        ({"cells_per_block": -1}, "cells_per_block is -1"),
    ],
)
def test_settings_that_make_no_sense_are_one_clear_line(changes, message):
    with pytest.raises(BadInput, match=message) as error:
        extract(np.zeros((1, 32, 40, 3), np.uint8), **changes)
    assert "\n" not in str(error.value)


def shared_votes(image, n_bins, turn, side):
    """The interpolated histograms of one image's cells, vote by vote, from the definition.

    A vote at distance t from the centre of a cell or bin, in widths of these, gives it the share
    1 - t along each of the three axes.
    """
    row, col = differences(image[None])[:, 0]
    strongest = (row**2 + col**2).argmax(axis=-1)
    row, col = (np.take_along_axis(each, strongest[..., None], -1)[..., 0] for each in (row, col))
    angle = np.degrees(np.arctan2(row, col)) % turn
    cells = np.zeros((image.shape[0] // side, image.shape[1] // side, n_bins))
    for r, c in np.ndindex(cells.shape[0] * side, cells.shape[1] * side):
        for y, x, k in np.ndindex(cells.shape):
            apart = abs(angle[r, c] / turn * n_bins - (k + 0.5))
            distances = (
                abs((r + 0.5) / side - (y + 0.5)),
                abs((c + 0.5) / side - (x + 0.5)),
                min(apart, n_bins - apart),
            )
            share = np.prod([max(0, 1 - distance) for distance in distances])
            cells[y, x, k] += share * np.hypot(row[r, c], col[r, c])
    return cells / side**2


@pytest.mark.parametrize(
    ("directions", "n_bins", "turn"), [("unsigned", 4, 180), ("signed", 8, 360)]
)
def test_interpolated_votes_are_shared_between_the_nearest_bins_and_cells(
    directions, n_bins, turn
):
    images = textures(np.random.default_rng(0), 1, 14, 17)
    found = extract(images, 4, 4, 1, "none", directions=directions, interpolate=True)
    expected = [shared_votes(image, n_bins, turn, 4).ravel() for image in images]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("interpolate", [False, True])
def test_a_negative_turns_signed_gradients_round_and_leaves_unsigned_ones(interpolate):
    images = textures(np.random.default_rng(0), 2, 16, 16)
    options = {"cells_per_block": 1, "block_norm": "none", "interpolate": interpolate}
    unsigned = extract(images, 6, **options, directions="unsigned")
    np.testing.assert_allclose(
        extract(255 - images, 6, **options, directions="unsigned"), unsigned, rtol=1e-4, atol=1e-3
    )
    signed = extract(images, 6, **options, directions="signed").reshape(-1, 2, 2, 12)
    negative = extract(255 - images, 6, **options, directions="signed").reshape(-1, 2, 2, 12)
    np.testing.assert_allclose(negative, np.roll(signed, 6, axis=-1), rtol=1e-4, atol=1e-3)
    folded = signed[..., :6] + signed[..., 6:]
    np.testing.assert_allclose(folded.reshape(len(images), -1), unsigned, rtol=1e-4, atol=1e-3)


def test_several_cell_sizes_and_both_directions_stand_side_by_side():
    images = textures(np.random.default_rng(0), 1, 16, 16)
    found = extract(images, directions="both", pixels_per_cell=[8, 4])
    alone = [
        extract(images, pixels_per_cell=side, directions=directions)
        for side in (8, 4)
        for directions in ("signed", "unsigned")
    ]
    np.testing.assert_array_equal(found, np.concatenate(alone, axis=1))


def test_gamma_raises_pixel_values_to_a_power():
    """A step from 0 to v weighs v; with gamma 0.5, 255 times the root of v / 255."""
    for value, root in ((4, 32), (64, 128), (255, 255)):  # 31.9, 127.7
        image = np.zeros((1, 4, 4, 3), np.uint8)
        image[:, 2:] = value
        found = extract(image, 9, 4, 1, "none", gamma=0.5)
        assert found.sum() * 16 == pytest.approx(8 * root)  # two rows of four pixels see the step


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ({"directions": "sined"}, "directions is 'sined'; choose one of unsigned, signed, both"),
        ({"gamma": 0}, "gamma is 0; give a number above 0"),
        ({"pixels_per_cell": [8, 0]}, "pixels_per_cell is 0"),
        ({"pixels_per_cell": [8, 17]}, "smaller than one block of 34x34"),
    ],
)
def test_directions_gamma_and_each_cell_size_are_checked(setting, part):
    with pytest.raises(BadInput, match=re.escape(part)):
        extract(np.zeros((1, 32, 32, 3), np.uint8), **setting)
