"""Bags of words against known words in known places, a naive loop, and symmetries."""

import io

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.mistakes import refused
from support.naive_encodings import ENCODINGS, is_clear, says
from support.naive_patches import cut
from support.noise import noise

from features import bag_of_words
from features.bag_of_words import CELLS, encode, pooling_cells, whitened

RED, GREEN, BLUE, GREY = (250, 0, 0), (0, 250, 0), (0, 0, 250), (90, 90, 90)
FIT = {
    "words": 12,
    "patch_size": 4,
    "patches": 600,
    "iterations": 8,
    "contrast_offset": 10.0,
    "whitening": 0.1,
}


def fit(images, seed=0, threads=1, **settings) -> bag_of_words.State:
    rng, no_labels = np.random.default_rng(seed), np.zeros(len(images), np.int32)
    return bag_of_words.fit(images, no_labels, rng, threads, **{**FIT, **settings})


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


def naive_points(image: np.ndarray, state, stride: int) -> list[list[np.ndarray]]:
    """Patches cut, normalised and whitened one by one, in double precision."""

    def point(patch: np.ndarray) -> np.ndarray:
        if "contrast_offset" in state:
            offset = float(state["contrast_offset"])
            patch = (patch - patch.mean()) / np.sqrt(patch.var() + offset)
        patch = patch - state["whitening_mean"].astype(float)
        if "whitening_matrix" in state:
            patch = patch @ state["whitening_matrix"].astype(float)
        return patch

    return [list(map(point, row)) for row in cut(image, int(state["patch_size"]), stride)]


def naive_shares(position: int, n: int, grid: int, pooling: str) -> np.ndarray:
    """Of each of a row of regions in a patch, the n patches across them counted from 0."""
    if pooling == "even":
        return np.eye(grid)[position * grid // n]
    cells = min(n, grid * CELLS)
    centre = (position * cells // n + 0.5) / cells * grid - 0.5
    return np.array([np.interp(centre, range(grid), region) for region in np.eye(grid)])


def naive_sums(points, words, grid: int, encoding: str, pooling: str = "even", **options):
    """Point by point and word by word."""
    sums = np.zeros((grid, grid, len(says(points[0][0], words, encoding, **options))))
    for i, row in enumerate(points):
        for j, point in enumerate(row):
            down = naive_shares(i, len(points), grid, pooling)
            right = naive_shares(j, len(row), grid, pooling)
            said = says(point, words, encoding, **options)
            sums += np.einsum("i,j,k->ijk", down, right, said)
    return sums.ravel()


def naive_counts(image: np.ndarray, state, stride: int, grid: int) -> np.ndarray:
    return naive_sums(naive_points(image, state, stride), state["words"], grid, "hard")


def test_each_quarter_of_an_image_counts_its_own_word():
    block = encode(four_quarters(), colour_words(), stride=1, grid=2, power=1)
    assert block.dtype == np.float32
    np.testing.assert_array_equal(block.reshape(4, 4), 16 * np.eye(4))


def test_square_roots_of_counts():
    block = encode(four_quarters(), colour_words(), stride=1, grid=2, power=0.5)
    np.testing.assert_array_equal(block.reshape(4, 4), 4 * np.eye(4))


def test_one_region_counts_the_whole_image():
    block = encode(four_quarters(6, 10), colour_words(), stride=1, grid=1, power=1)
    np.testing.assert_array_equal(block, [[15, 15, 15, 15]])


def test_a_stride_skips_positions():
    block = encode(four_quarters(8, 8), colour_words(), stride=2, grid=2, power=1)
    np.testing.assert_array_equal(block.reshape(4, 4), 4 * np.eye(4))


def test_regions_by_hand():
    cells, weights = pooling_cells(4, 3, 2, "even")
    np.testing.assert_array_equal(cells, [[0, 0, 1], [0, 0, 1], [2, 2, 3], [2, 2, 3]])
    assert weights is None
    np.testing.assert_array_equal(pooling_cells(3, 3, 3, "even")[0], np.arange(9).reshape(3, 3))


def test_shares_by_hand():
    """Of four patches across, the centres of two regions lie between two each."""
    cells, weights = pooling_cells(4, 4, 2, "bilinear")
    np.testing.assert_array_equal(cells, np.arange(16).reshape(4, 4))
    left = np.array([1, 0.75, 0.25, 0])
    shares = weights.reshape(2, 2, 4, 4)
    np.testing.assert_allclose(shares[0, 0], np.outer(left, left))
    np.testing.assert_allclose(shares[1, 0], np.outer(1 - left, left))


def test_with_bilinear_pooling_little_changes_when_an_image_moves_by_a_pixel():
    images = noise(1, 24, 24) // 8
    images[:, 8:16, 8:16] = noise(1, 8, 8, seed=1)
    moved = np.roll(images, 1, axis=2)
    state = fit(noise())
    change = {}
    for pooling in ("even", "bilinear"):
        options = {"stride": 1, "grid": 2, "power": 1, "pooling": pooling}
        before, after = (encode(x, state, **options) for x in (images, moved))
        change[pooling] = np.abs(after - before).sum()
    assert change["bilinear"] < change["even"]


@pytest.mark.parametrize(("stride", "grid"), [(1, 1), (1, 2), (2, 2), (3, 1), (1, 3)])
def test_counts_equal_a_naive_loop(stride, grid):
    images = noise()
    state = fit(images)
    block = encode(images, state, stride=stride, grid=grid, power=1)
    expected = [naive_counts(image, state, stride, grid) for image in images]
    np.testing.assert_array_equal(block, expected)


@pytest.mark.parametrize("pooling", ["even", "bilinear"])
@pytest.mark.parametrize("stride", [1, 2, 5])
def test_a_row_sums_to_the_number_of_patches(stride, pooling):
    images = noise(rows=13, cols=9)
    block = encode(images, fit(images), stride=stride, grid=2, power=1, pooling=pooling)
    n_patches = len(range(0, 13 - 4 + 1, stride)) * len(range(0, 9 - 4 + 1, stride))
    np.testing.assert_allclose(block.sum(axis=1), n_patches, rtol=1e-6)


def test_a_batch_equals_its_images_one_by_one():
    images = noise(20)
    state = fit(images)
    batch = encode(images, state, stride=1, grid=2, power=0.5)
    alone = [encode(images[i : i + 1], state, stride=1, grid=2, power=0.5) for i in range(20)]
    assert batch.tobytes() == np.concatenate(alone).tobytes()


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_sums_equal_a_naive_loop_for_every_setting(encoding, data):
    size, stride, grid = (data.draw(st.integers(1, n), label) for n, label in SIZES)
    rows, cols = (size + (grid - 1) * stride + data.draw(st.integers(0, 5)) for _ in range(2))
    images = noise(40, rows, cols, seed=data.draw(st.integers(0, 99)))
    power = data.draw(st.sampled_from([1, 0.75, 0.5]), "power")
    pooling = data.draw(st.sampled_from(["even", "bilinear"]), "pooling")
    state = fit(
        images,
        words=5,
        patches=60,
        patch_size=size,
        contrast_offset=data.draw(st.sampled_from([None, 10.0]), "contrast_offset"),
        whitening=data.draw(st.sampled_from([None, 0.1]), "whitening"),
        variance=data.draw(st.sampled_from([1, 0.95]), "variance"),
    )
    options = {"encoding": encoding, **ENCODINGS[encoding]}
    pooled = {"grid": grid, "pooling": pooling, **options}
    few = images[:2]
    block = encode(few, state, stride=stride, power=power, **pooled)
    for row, image in zip(block, few, strict=True):
        points = naive_points(image, state, stride)
        everywhere = [point for line in points for point in line]
        assume(all(is_clear(point, state["words"], **options) for point in everywhere))
        expected = naive_sums(points, state["words"], **pooled)
        # A distance of nearly nothing is the root of a difference of squares.
        sums, length = encoding in SUMS, max(np.linalg.norm(point) for point in everywhere)
        limits = {"rtol": 1e-4, "atol": 1e-3 * length if sums else 1e-4}
        np.testing.assert_allclose(row ** (1 / power), expected, **limits)


SUMS = ("triangle", "soft_threshold")  # the others count
SIZES = ((4, "patch_size"), (3, "stride"), (3, "grid"))  # each from 1


@pytest.mark.parametrize("power", [0.5, 0.8])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_power_is_that_of_the_sums(encoding, power):
    images = noise()
    options = {"stride": 1, "grid": 2, "encoding": encoding, **ENCODINGS[encoding]}
    sums, powers = (encode(images, fit(images), power=p, **options) for p in (1, power))
    assert (sums >= 0).all()
    np.testing.assert_allclose(powers, sums.astype(np.float64) ** power, rtol=1e-6)


def mirrored(state) -> bag_of_words.State:
    """The state for images that are flipped left to right."""
    size = int(state["patch_size"])
    order = np.arange(size * size * 3).reshape(size, size, 3)[:, ::-1].ravel()
    return state | {
        "words": state["words"][:, order],
        "whitening_mean": state["whitening_mean"][order],
        "whitening_matrix": state["whitening_matrix"][np.ix_(order, order)],
    }


@pytest.mark.parametrize("pooling", ["even", "bilinear"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_flipped_image_has_the_mirrored_grid(encoding, pooling):
    images = noise(rows=12, cols=11)  # 8 patches across, in two halves
    # Of other images: a patch that is a word is as far from it as the root of a rounding error.
    state = fit(noise(seed=1))
    options = {"stride": 1, "grid": 2, "power": 1, "encoding": encoding, "pooling": pooling}
    options |= ENCODINGS[encoding]
    block = encode(images, state, **options).reshape(4, 2, 2, -1)
    flipped = encode(images[:, :, ::-1], mirrored(state), **options).reshape(4, 2, 2, -1)
    np.testing.assert_allclose(flipped[:, :, ::-1], block, rtol=1e-4, atol=1e-4)
    assert not np.allclose(flipped, block, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_looks_at_other_images(encoding):
    images = noise(6)
    state = fit(images)
    options = {"stride": 1, "grid": 2, "power": 0.5, "encoding": encoding}
    options |= ENCODINGS[encoding]
    alone = [encode(images[i : i + 1], state, **options) for i in range(6)]
    assert encode(images, state, **options).tobytes() == np.concatenate(alone).tobytes()


def test_without_normalisation_and_whitening_the_mean_patch_is_taken_off():
    images = noise(1, 6, 5)
    state = fit(noise(), contrast_offset=None, whitening=None)
    assert "contrast_offset" not in state
    assert "whitening_matrix" not in state
    points = whitened(images[0], state, 1)
    assert points.shape == (3, 2, 49)
    assert (points[..., -1] == 1).all()
    patch = images[0, 1:5, 1:5].ravel().astype(np.float32)
    np.testing.assert_array_equal(points[1, 1, :-1], patch - state["whitening_mean"])


@pytest.mark.parametrize("off", [[], ["whitening"], ["contrast_offset", "whitening"]])
@pytest.mark.parametrize("method", ["kmeans", "spherical_kmeans", "random_patches", "random"])
def test_a_state_can_be_written_and_read(method, off):
    images = noise()
    iterations = 8 if "kmeans" in method else None
    state = fit(images, method=method, iterations=iterations, **dict.fromkeys(off))
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **state)
    file.seek(0)
    read = dict(np.load(file, allow_pickle=False))
    options = {"stride": 1, "grid": 2, "power": 0.5}
    assert encode(images, read, **options).tobytes() == encode(images, state, **options).tobytes()
    assert len(read["inertia"]) == len(read["reseeded"]) >= 1


def test_with_a_share_of_the_variance_there_are_fewer_numbers_to_a_word():
    images = noise() // 16 + np.arange(10, dtype=np.uint8)[:, None] * 20  # a ramp, and some noise
    few, more = (fit(images, whitening=None, variance=share) for share in (0.5, 0.9))
    assert few["words"].shape[1] < more["words"].shape[1] < 4 * 4 * 3
    assert whitened(images[0], few, 1).shape[-1] == few["words"].shape[1] + 1


def test_light_and_shade_do_not_matter_to_strong_patches():
    images = noise() // 4
    state = fit(images, contrast_offset=1e-4)
    options = {"stride": 1, "grid": 2, "power": 1}
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


def test_a_codebook_is_learned_without_labels():
    images = noise()
    labels, rng = np.arange(len(images), dtype=np.int32), np.random.default_rng(0)
    words = bag_of_words.fit(images, labels, rng, 1, **FIT)["words"]
    assert words.tobytes() == fit(images)["words"].tobytes()


def test_the_curve_of_learning_is_kept():
    state = fit(noise())
    assert len(state["inertia"]) == len(state["reseeded"]) <= FIT["iterations"]
    assert state["inertia"][-1] < state["inertia"][0]
    assert state["words"].shape == (12, 4 * 4 * 3)


def test_a_patch_larger_than_the_images():
    with refused("patch_size is 11", "11x10 pixels", "at most 10"):
        fit(noise(), patch_size=11)
    state = fit(noise())
    with refused("patch_size is 4", "3x10 pixels"):
        encode(noise(rows=3), state, stride=1, grid=1, power=1)


def test_a_grid_finer_than_the_patches():
    state = fit(noise())
    with refused("grid is 8", "8x7 patches"):
        encode(noise(), state, stride=1, grid=8, power=1)
    with refused("grid is 3", "2x2 patches"):
        encode(noise(), state, stride=4, grid=3, power=1)
    encode(noise(), state, stride=1, grid=7, power=1)


def test_more_neighbours_than_words_are_all_words():
    options = {"stride": 1, "grid": 1, "power": 1, "encoding": "nearest"}
    state = fit(noise())
    counts = encode(noise(), state, neighbours=13, **options)
    assert (counts == (noise().shape[1] - 3) * (noise().shape[2] - 3)).all()
    assert counts.tobytes() == encode(noise(), state, neighbours=12, **options).tobytes()


def test_more_words_than_patches():
    with refused("words is 20", "patches only 19"):
        fit(noise(), words=20, patches=19)


METHODS = ("kmeans", "spherical_kmeans", "random_patches")
OPTIONS = {
    "hard": {},
    "triangle": {},
    "soft_threshold": {"threshold": 0.25},
    "nearest": {"neighbours": 7},
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("encoding", "options"), OPTIONS.items())
def test_swatches_have_as_many_words_as_colours(method, encoding, options):
    """Images of one colour each, of which there are five: so are their patches."""
    rng = np.random.default_rng(0)
    colours = rng.permutation(256)[:15].reshape(5, 1, 1, 3).astype(np.uint8)
    images = np.repeat(np.repeat(colours, 8, axis=1), 8, axis=2)
    state = fit(images, method=method, iterations=8 if "kmeans" in method else None)
    assert len(state["words"]) == 5
    assert state["said"].tolist() == [
        "words is 12, but of distinct patches there are only 5: the codebook has as many words."
    ]
    options = {"stride": 1, "grid": 2, "power": 1, "encoding": encoding, **options}
    found = encode(images, state, **options)
    assert found.shape == (5, 4 * 5 * (2 if encoding == "soft_threshold" else 1))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("encoding", "options"), OPTIONS.items())
@pytest.mark.parametrize("off", [[], ["whitening"], ["contrast_offset", "whitening"]])
def test_where_all_patches_are_alike_there_is_one_word_that_says_nothing(
    method, encoding, options, off
):
    flat = np.full((3, 8, 8, 3), (7, 90, 200), np.uint8)
    off = dict.fromkeys(off)
    state = fit(flat, method=method, iterations=8 if "kmeans" in method else None, **off)
    np.testing.assert_array_equal(state["words"], np.zeros((1, 4 * 4 * 3)))
    (said,) = state["said"].tolist()
    assert "all patches are alike" in said
    options = {"stride": 1, "grid": 2, "power": 0.5, "encoding": encoding, **options}
    found = encode(flat, state, **options)
    assert (found == found[0]).all()
    assert np.isfinite(found).all()


def test_a_full_codebook_says_nothing():
    assert fit(noise())["said"].tolist() == []
