"""A view is an image seen otherwise: mirrored, at another scale, or both."""

import numpy as np
import pytest

from features import hog, raw_pixels
from features.errors import BadInput
from pipeline.blocks.compute import extract
from pipeline.blocks.encode import encode
from pipeline.blocks.fit import fit
from pipeline.images.parts import FLIPPED, ORIGINAL, look, stored, views
from pipeline.runtime.store import read_array, write_array

IMAGES = np.random.default_rng(0).integers(256, size=(6, 16, 16, 3), dtype=np.uint8)
HOG = {"orientations": 9, "pixels_per_cell": 4, "cells_per_block": 2, "block_norm": "L2"}


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


def test_averaged_views_are_the_mean_of_the_features_of_each(tmp_path):
    images, block = tmp_path / "images.npy", tmp_path / "block.npy"
    write_array(images, IMAGES)
    extract(images, "hog", HOG, "original+flipped+original_0.8", 0, 6, block)
    seen = [look(IMAGES, view) for view in ("original", "flipped", "original_0.8")]
    expected = np.mean([hog.extract(np.ascontiguousarray(x), **HOG) for x in seen], axis=0)
    np.testing.assert_allclose(read_array(block), expected, atol=2**-11)


@pytest.mark.parametrize(("feature", "settings"), [("raw_pixels", {}), ("hog", HOG)])
def test_features_of_the_flipped_view_are_those_of_flipped_images(tmp_path, feature, settings):
    images, block = tmp_path / "images.npy", tmp_path / "block.npy"
    write_array(images, IMAGES)
    extract(images, feature, settings, FLIPPED, 2, 5, block)
    mirrored = np.ascontiguousarray(IMAGES[2:5, :, ::-1])
    expected = {"raw_pixels": raw_pixels, "hog": hog}[feature].extract(mirrored, **settings)
    np.testing.assert_allclose(read_array(block), expected, atol=2**-11)


def test_words_of_the_flipped_view_are_those_of_flipped_images(tmp_path):
    images, parts, state = (tmp_path / name for name in ("images.npy", "parts.npy", "state.npz"))
    write_array(images, np.concatenate([IMAGES, IMAGES[:, :, ::-1]]))
    write_array(parts, np.zeros(12, np.int8))
    codebook = {"words": 8, "patch_size": 4, "patches": 500, "iterations": 5}
    codebook |= {"contrast_offset": 10, "whitening": 0.1}
    fit(images, parts, "bag_of_words", codebook, 0, 1, state)
    settings = {"encoding": "triangle", "stride": 1, "grid": 2, "power": 0.5}
    shards = []
    for view, start in ((FLIPPED, 0), (ORIGINAL, 6)):
        block = tmp_path / f"{view}.npy"
        encode(images, state, "bag_of_words", settings, view, start, start + 6, block)
        shards.append(read_array(block))
    assert shards[0].dtype == np.float16
    np.testing.assert_array_equal(*shards)


def test_features_of_large_images_keep_single_precision(tmp_path):
    images, block = tmp_path / "images.npy", tmp_path / "block.npy"
    write_array(images, np.zeros((1, 200, 200, 3), np.uint8))
    extract(images, "raw_pixels", {}, ORIGINAL, 0, 1, block)
    assert read_array(block).dtype == np.float32


@pytest.mark.parametrize(
    ("power", "kind"), [(1, np.float32), (0.75, np.float16), (0.5, np.float16)]
)
def test_sums_that_may_be_large_are_kept_in_single_precision(power, kind):
    sums = np.array([[3, 4e4]], np.float32)
    kept = stored(sums, IMAGES[:1], power)
    assert kept.dtype == kind
    np.testing.assert_array_equal(kept, sums)


def test_sums_that_do_not_fit_are_refused():
    sums = np.array([[3, 7e4]], np.float32)
    np.testing.assert_array_equal(stored(sums, IMAGES[:1], 1), sums)
    with pytest.raises(BadInput, match=r"power 0\.75: a sum over patches is 70000, more than"):
        stored(sums, IMAGES[:1], 0.75)
