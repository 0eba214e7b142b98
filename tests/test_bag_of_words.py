"""Bags of words against known words in known places, a naive loop, and symmetries."""

import numpy as np
import pytest

from features import bag_of_words
from features.bag_of_words import encode, pooling_regions
from features.errors import BadInput

RED, GREEN, BLUE, GREY = (250, 0, 0), (0, 250, 0), (0, 0, 250), (90, 90, 90)
FIT = {
    "words": 12,
    "patch_size": 4,
    "patches": 600,
    "iterations": 8,
    "contrast_offset": 10.0,
    "whitening": 0.1,
}


def noise(n=4, rows=11, cols=10, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).integers(256, size=(n, rows, cols, 3), dtype=np.uint8)


def fit(images, seed=0, threads=1, **settings) -> bag_of_words.State:
    rng = np.random.default_rng(seed)
    return bag_of_words.fit(images, rng, threads, **{**FIT, **settings})


def colour_words() -> bag_of_words.State:
    """Patches of one pixel, no whitening; words 0..3 are red, green, blue and grey."""
    words = np.array([(2, -1, -1), (-1, 2, -1), (-1, -1, 2), (0, 0, 0)], np.float32)
    return {
        "patch_size": np.array(1),
        "contrast_offset": np.array(1e-3),
        "whitening_mean": np.zeros(3, np.float32),
        "whitening_matrix": np.eye(3, dtype=np.float32),
        "words": words / np.float32(2**0.5),
    }


def four_quarters(rows=8, cols=8) -> np.ndarray:
    image = np.empty((1, rows, cols, 3), np.uint8)
    top, left = rows // 2, cols // 2
    image[0, :top, :left], image[0, :top, left:] = RED, GREEN
    image[0, top:, :left], image[0, top:, left:] = BLUE, GREY
    return image


def naive_counts(image: np.ndarray, state, stride: int, grid: int) -> np.ndarray:
    """Patch by patch and word by word, in double precision."""
    size, offset = int(state["patch_size"]), float(state["contrast_offset"])
    mean, matrix = (state[f"whitening_{part}"].astype(float) for part in ("mean", "matrix"))
    words = state["words"].astype(float)
    tops = range(0, image.shape[0] - size + 1, stride)
    lefts = range(0, image.shape[1] - size + 1, stride)
    counts = np.zeros((grid, grid, len(words)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            patch = image[top : top + size, left : left + size].astype(float).ravel()
            patch = (patch - patch.mean()) / np.sqrt(patch.var() + offset)
            patch = (patch - mean) @ matrix
            distances = [((patch - word) ** 2).sum() for word in words]
            region = i * grid // len(tops), j * grid // len(lefts)
            counts[*region, distances.index(min(distances))] += 1
    return counts.ravel()


def test_each_quarter_of_an_image_counts_its_own_word():
    block = encode(four_quarters(), colour_words(), stride=1, grid=2, square_root=False)
    assert block.dtype == np.float32
    np.testing.assert_array_equal(block.reshape(4, 4), 16 * np.eye(4))


def test_square_roots_of_counts():
    block = encode(four_quarters(), colour_words(), stride=1, grid=2, square_root=True)
    np.testing.assert_array_equal(block.reshape(4, 4), 4 * np.eye(4))


def test_one_region_counts_the_whole_image():
    block = encode(four_quarters(6, 10), colour_words(), stride=1, grid=1, square_root=False)
    np.testing.assert_array_equal(block, [[15, 15, 15, 15]])


def test_a_stride_skips_positions():
    block = encode(four_quarters(8, 8), colour_words(), stride=2, grid=2, square_root=False)
    np.testing.assert_array_equal(block.reshape(4, 4), 4 * np.eye(4))


def test_regions_by_hand():
    np.testing.assert_array_equal(
        pooling_regions(4, 3, 2), [[0, 0, 1], [0, 0, 1], [2, 2, 3], [2, 2, 3]]
    )
    np.testing.assert_array_equal(pooling_regions(3, 3, 3), np.arange(9).reshape(3, 3))


@pytest.mark.parametrize(("stride", "grid"), [(1, 1), (1, 2), (2, 2), (3, 1), (1, 3)])
def test_counts_equal_a_naive_loop(stride, grid):
    images = noise()
    state = fit(images)
    block = encode(images, state, stride=stride, grid=grid, square_root=False)
    expected = [naive_counts(image, state, stride, grid) for image in images]
    np.testing.assert_array_equal(block, expected)


@pytest.mark.parametrize("stride", [1, 2, 5])
def test_a_row_sums_to_the_number_of_patches(stride):
    images = noise(rows=13, cols=9)
    block = encode(images, fit(images), stride=stride, grid=2, square_root=False)
    n_patches = len(range(0, 13 - 4 + 1, stride)) * len(range(0, 9 - 4 + 1, stride))
    np.testing.assert_array_equal(block.sum(axis=1), n_patches)


def test_a_batch_equals_its_images_one_by_one():
    images = noise(20)
    state = fit(images)
    batch = encode(images, state, stride=1, grid=2, square_root=True)
    alone = [
        encode(images[i : i + 1], state, stride=1, grid=2, square_root=True) for i in range(20)
    ]
    assert batch.tobytes() == np.concatenate(alone).tobytes()


def test_light_and_shade_do_not_matter_to_strong_patches():
    images = noise() // 4
    state = fit(images, contrast_offset=1e-4)
    options = {"stride": 1, "grid": 2, "square_root": False}
    brighter = images * 2 + 50
    np.testing.assert_array_equal(
        encode(brighter, state, **options), encode(images, state, **options)
    )


def test_the_state_is_the_same_for_any_number_of_threads():
    images = noise(30, 16, 16)
    states = [fit(images, threads=threads, patches=20_000) for threads in (1, 2, 3)]
    for state in states[1:]:
        assert state.keys() == states[0].keys()
        for name, array in state.items():
            assert array.tobytes() == states[0][name].tobytes(), name


def test_the_generator_decides():
    images = noise()
    assert fit(images, seed=1)["words"].tobytes() == fit(images, seed=1)["words"].tobytes()
    assert fit(images, seed=1)["words"].tobytes() != fit(images, seed=2)["words"].tobytes()


def test_the_curve_of_learning_is_kept():
    state = fit(noise())
    assert len(state["inertia"]) == len(state["reseeded"]) <= FIT["iterations"]
    assert state["inertia"][-1] < state["inertia"][0]
    assert state["words"].shape == (12, 4 * 4 * 3)


def fails(function, *words: str) -> None:
    with pytest.raises(BadInput) as caught:
        function()
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_a_patch_larger_than_the_images():
    fails(lambda: fit(noise(), patch_size=11), "patch_size is 11", "11x10 pixels", "at most 10")
    options = {"stride": 1, "grid": 1, "square_root": False}
    state = fit(noise())
    fails(lambda: encode(noise(rows=3), state, **options), "patch_size is 4", "3x10 pixels")


def test_a_grid_finer_than_the_patches():
    state = fit(noise())
    options = {"square_root": False}
    fails(lambda: encode(noise(), state, stride=1, grid=8, **options), "grid is 8", "8x7 patches")
    fails(lambda: encode(noise(), state, stride=4, grid=3, **options), "grid is 3", "2x2 patches")
    encode(noise(), state, stride=1, grid=7, **options)


def test_more_words_than_patches():
    fails(lambda: fit(noise(), words=20, patches=19), "words is 20", "patches only 19")


def test_more_words_than_distinct_patches():
    flat = np.full((3, 8, 8, 3), 7, np.uint8)
    fails(lambda: fit(flat, words=2), "words is 2", "only 1 patches are distinct")
