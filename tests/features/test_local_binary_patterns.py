"""Local binary patterns against scikit-image, and on pictures whose patterns are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.feature import local_binary_pattern

from features import local_binary_patterns
from features.errors import BadInput


def extract(images, grid=1):
    return local_binary_patterns.extract(images, grid=grid)


def grey(image):
    return np.repeat(np.uint8(image)[..., None], 3, axis=-1)


def counted(image):
    """The counts of the ten patterns in a grey picture (rows, cols)."""
    rows, cols = image.shape
    return extract(grey(image)[None])[0] * (rows - 2) * (cols - 2)


def ties_on_a_diagonal(image):
    """Pixels at which scikit-image's rounding decides: all that it mixes is equally bright."""
    middle = image[1:-1, 1:-1].astype(int)
    found = np.zeros(middle.shape, bool)
    for down in (0, 2):
        for right in (0, 2):
            rows, cols = slice(down, down + middle.shape[0]), slice(right, right + middle.shape[1])
            beside = image[rows, 1:-1].astype(int) + image[1:-1, cols]
            found |= (beside == 2 * middle) & (image[rows, cols] == middle)
    return found


@settings(deadline=None, max_examples=60)
@given(arrays(np.uint8, st.tuples(st.integers(3, 9), st.integers(3, 9))))
def test_patterns_are_those_of_scikit_image(image):
    theirs = local_binary_pattern(image, P=8, R=1, method="uniform")[1:-1, 1:-1].astype(int)
    tied = ties_on_a_diagonal(image)
    for row, col in np.argwhere(~tied):
        ours = counted(image[row : row + 3, col : col + 3])
        assert ours[theirs[row, col]] == 1


@pytest.mark.parametrize(
    ("picture", "bin"),
    [
        (np.full((3, 3), 7), 8),  # flat: all neighbours are as bright
        (np.array([[0, 0, 0], [0, 9, 0], [0, 0, 0]]), 0),  # a bright spot
        (np.array([[9, 9, 9], [9, 0, 9], [9, 9, 9]]), 8),  # a dark spot
        (np.array([[0, 0, 0], [5, 5, 5], [9, 9, 9]]), 5),  # an edge: left, right and below
        (np.array([[0, 9, 0], [0, 5, 0], [0, 9, 0]]), 9),  # brighter on two opposite sides only
    ],
)
def test_known_pictures(picture, bin):
    np.testing.assert_array_equal(counted(picture), np.eye(10)[bin])


@settings(deadline=None, max_examples=30)
@given(arrays(np.uint8, (8, 8, 3)), st.integers(1, 3))
def test_quarter_turns_and_mirrors_change_nothing_but_the_regions(image, grid):
    """A turned picture has the histograms of its regions turned with it, where these are equal."""
    pixels = image[1:-1, 1:-1].shape[0]
    found = extract(image[None], grid).reshape(grid, grid, 10)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-6)
    if pixels % grid == 0:
        turned = extract(np.rot90(image)[None], grid).reshape(grid, grid, 10)
        np.testing.assert_allclose(turned, np.rot90(found), atol=1e-6)
        mirrored = extract(image[None, :, ::-1], grid).reshape(grid, grid, 10)
        np.testing.assert_allclose(mirrored, found[:, ::-1], atol=1e-6)


@settings(deadline=None, max_examples=30)
@given(arrays(np.uint8, (6, 6), elements=st.integers(0, 120)), st.integers(1, 15))
def test_light_added_to_a_picture_changes_nothing(image, light):
    np.testing.assert_array_equal(counted(image), counted(image + np.uint8(light)))


def test_regions_are_counted_apart():
    """Noise in the left half, flat ground in the right one."""
    image = np.zeros((10, 18, 3), np.uint8)
    image[:, :8] = np.random.default_rng(0).integers(0, 256, (10, 8, 3))
    found = extract(image[None], 2).reshape(2, 2, 10)
    np.testing.assert_array_equal(found[:, 1, 8], 1)
    assert (found[:, 0, 9] > 0.1).all()


def test_no_images_give_no_rows():
    assert extract(np.zeros((0, 8, 8, 3), np.uint8), 2).shape == (0, 40)


@pytest.mark.parametrize(("shape", "grid"), [((8, 8), 0), ((8, 8), 7), ((2, 8), 1)])
def test_a_grid_that_is_out_of_range_is_refused(shape, grid):
    with pytest.raises(BadInput, match=f"grid is {grid}; give a whole number from 1 to"):
        extract(np.zeros((1, *shape, 3), np.uint8), grid)
