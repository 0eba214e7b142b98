"""Disturbances by hand, and what each feature must not see of them."""

import numpy as np
import pytest
from PIL import Image

from features import color_histogram, hog, raw_pixels
from pipeline.probes import disturbances
from pipeline.probes.disturbances import DISTURBANCES, Disturbance
from pipeline.sources.photos import cut, picture

HISTOGRAM = {"space": "rgb", "bins": 8, "grid": 1, "square_root": True}
HOG = {
    "orientations": 9,
    "directions": "unsigned",
    "interpolate": False,
    "gamma": 1,
    "pixels_per_cell": 8,
    "cells_per_block": 2,
    "block_norm": "L2-Hys",
}
ids = {"ids": [each.key() for each in DISTURBANCES]}


@pytest.fixture(scope="module")
def photos() -> np.ndarray:
    """uint8 (24, 32, 32, 3): crops of two photographs."""
    places = [(name, tile) for name in ("coffee", "astronaut") for tile in range(12)]
    return np.stack([cut(picture(name), tile, 3, 5, tile % 4, 0) for name, tile in places])


@pytest.mark.parametrize("each", DISTURBANCES, **ids)
def test_images_stay_images_and_do_not_depend_on_each_other(photos, each):
    numbers = np.arange(100, 124)
    before = photos.copy()
    found = each.of(photos, numbers)
    assert (found.dtype, found.shape) == (np.uint8, photos.shape)
    np.testing.assert_array_equal(photos, before)  # what is given is not written to
    alone = [each.of(photos[i : i + 1], numbers[i : i + 1]) for i in (5, 23)]
    np.testing.assert_array_equal(np.concatenate(alone), found[[5, 23]])


@pytest.mark.parametrize("each", DISTURBANCES, **ids)
def test_raw_pixels_see_every_disturbance(photos, each):
    changed = raw_pixels.extract(each.of(photos, np.arange(24))) != raw_pixels.extract(photos)
    assert changed.any(axis=1).all()


@pytest.mark.parametrize(
    "each", [e for e in DISTURBANCES if e.name in ("mirrored", "turned", "shuffled")]
)
@pytest.mark.parametrize("space", ["rgb", "hsv"])
def test_the_colour_histogram_does_not_see_where_pixels_are(photos, each, space):
    settings = {**HISTOGRAM, "space": space}
    found = color_histogram.extract(each.of(photos, np.arange(24)), **settings)
    np.testing.assert_array_equal(found, color_histogram.extract(photos, **settings))


def test_hog_does_not_see_an_offset_and_exact_halves_hardly():
    rng = np.random.default_rng(0)
    even = 2 * rng.integers(0, 100, (5, 16, 16, 3)).astype(np.uint8)
    plain = hog.extract(even, **HOG)
    # Gradients are differences of whole numbers: the same ones.
    np.testing.assert_array_equal(hog.extract(even + np.uint8(55), **HOG), plain)
    # Each gradient is half as long in the same direction. The norm is divided out, but for the
    # small number that is added to it against division by zero.
    halves = Disturbance("darkened", 0.5, "").of(even, np.arange(5))
    np.testing.assert_array_equal(halves, even // 2)
    np.testing.assert_allclose(hog.extract(halves, **HOG), plain, atol=1e-5)


def test_hog_sees_of_darkness_only_what_rounding_does_to_weak_gradients(photos):
    """Odd values lose half a grey level, which turns gradients of a few levels, and no others."""

    def moved(images: np.ndarray, each: Disturbance) -> float:
        plain, found = (hog.extract(some, **HOG) for some in (images, each.of(images, numbers)))
        return float(np.linalg.norm(found - plain) / np.linalg.norm(plain))

    numbers = np.arange(24)
    darker, softer = Disturbance("darkened", 0.5, ""), Disturbance("flattened", 0.5, "")
    strong = np.random.default_rng(2).integers(0, 256, (24, 32, 32, 3), dtype=np.uint8)
    assert max(moved(strong, darker), moved(strong, softer)) < 0.1
    assert moved(photos, darker) < moved(photos, Disturbance("noisy", 20, "")) / 2


def test_shifts_mirrors_turns_and_channels_by_hand():
    image = np.arange(6, dtype=np.uint8).reshape(1, 2, 3, 1) * np.array([1, 10, 20], np.uint8)

    def red(found: np.ndarray) -> list:
        return found[0, :, :, 0].tolist()

    assert red(disturbances.shifted(image, 1)) == [[0, 0, 1], [3, 3, 4]]
    assert red(disturbances.shifted(image, 9)) == [[0, 0, 0], [3, 3, 3]]
    assert red(disturbances.mirrored(image)) == [[2, 1, 0], [5, 4, 3]]
    assert red(disturbances.turned(image, 180)) == [[5, 4, 3], [2, 1, 0]]
    square = image[:, :, :2]
    assert red(disturbances.turned(square, 90)) == [[1, 4], [0, 3]]
    assert disturbances.turned(image, 90).shape == image.shape
    assert disturbances.channels_permuted(image)[0, 0, 1].tolist() == [20, 1, 10]


def test_light_by_hand():
    pair = np.array([[[[0, 100, 200], [255, 101, 10]]]], np.uint8)  # mean 111
    assert disturbances.darkened(pair, 0.5).ravel().tolist() == [0, 50, 100, 128, 50, 5]
    assert disturbances.flattened(pair, 0.5).ravel().tolist() == [56, 106, 156, 183, 106, 60]
    assert disturbances.grey(pair)[0, 0, 0].tolist() == [82, 82, 82]  # 58.7 + 22.8


def test_shuffling_moves_every_pixel_as_a_whole_and_all_images_alike(photos):
    places = np.arange(1024).reshape(1, 32, 32, 1)
    coded = np.concatenate([places % 256, places // 256, 0 * places], axis=3).astype(np.uint8)
    found = disturbances.shuffled(np.concatenate([coded, photos[:1]]))
    order = found[0, ..., 0].astype(int) + 256 * found[0, ..., 1].astype(int)
    assert sorted(order.ravel()) == list(range(1024))
    np.testing.assert_array_equal(found[1].reshape(-1, 3), photos[0].reshape(-1, 3)[order.ravel()])
    assert (order == places[0, ..., 0]).mean() < 0.02


def test_noise_is_as_strong_as_asked_and_differs_between_images():
    flat = np.full((4, 32, 32, 3), 128, np.uint8)
    found = disturbances.noisy(flat, 20, np.arange(4)).astype(float) - 128
    assert np.allclose(found.std(axis=(1, 2, 3)), 20, rtol=0.05)
    assert np.abs(np.corrcoef(found.reshape(4, -1)) - np.eye(4)).max() < 0.1


def test_blur_keeps_light_and_takes_detail():
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    found = disturbances.blurred(images, 1)
    assert np.allclose(found.mean(axis=(1, 2, 3)), images.mean(axis=(1, 2, 3)), atol=2)
    # A Gaussian of sigma 1 leaves 1 / (4 pi) of the variance of noise, per axis 1 / sqrt(4 pi).
    share = found[:, 4:-4, 4:-4].astype(float).var() / images.astype(float).var()
    assert share == pytest.approx(1 / (4 * np.pi), rel=0.15)


def test_compression_is_what_the_file_would_be(photos, tmp_path):
    Image.fromarray(photos[3]).save(tmp_path / "a.jpg", quality=25)
    with Image.open(tmp_path / "a.jpg") as image:
        expected = np.asarray(image)
    np.testing.assert_array_equal(disturbances.compressed(photos[3:4], 25)[0], expected)


def test_each_disturbance_has_a_name_of_its_own():
    assert len({each.key() for each in DISTURBANCES}) == len(DISTURBANCES) == 15
    assert {each.name for each in DISTURBANCES} == set(disturbances.FUNCTIONS) - {"undisturbed"}
    assert [disturbances.named(each.key()) for each in DISTURBANCES] == list(DISTURBANCES)
