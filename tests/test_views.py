"""A view is an image seen otherwise: mirrored, enlarged, or both."""

import numpy as np
import pytest

from features import hog, raw_pixels
from pipeline.encode import encode
from pipeline.extract import extract
from pipeline.fit import fit
from pipeline.image_set import (
    FLIPPED,
    ORIGINAL,
    ZOOM,
    ZOOMED,
    ZOOMED_FLIPPED,
    look,
    views,
)
from pipeline.store import read_array, write_array

IMAGES = np.random.default_rng(0).integers(256, size=(6, 16, 16, 3), dtype=np.uint8)
HOG = {"orientations": 9, "pixels_per_cell": 4, "cells_per_block": 2, "block_norm": "L2"}


def test_a_flipped_image_has_its_columns_in_reverse_order():
    np.testing.assert_array_equal(look(IMAGES, FLIPPED)[3, 5, 0], IMAGES[3, 5, 15])
    assert look(IMAGES, ORIGINAL) is IMAGES


def test_views_that_are_wanted():
    assert views(False, False) == [ORIGINAL]
    assert views(True, False) == [ORIGINAL, FLIPPED]
    assert views(False, True) == [ORIGINAL, ZOOMED]
    assert views(True, True) == [ORIGINAL, FLIPPED, ZOOMED, ZOOMED_FLIPPED]


def test_a_zoomed_ramp_is_less_steep_and_the_same_in_the_middle():
    ramp = np.broadcast_to(np.arange(20, 220, 5, np.uint8)[:, None], (2, 24, 40, 3))
    zoomed = look(ramp, ZOOMED)
    assert (zoomed.dtype, zoomed.shape) == (ramp.dtype, ramp.shape)
    expected = 117.5 + 5 / ZOOM * (np.arange(40) - 19.5)
    np.testing.assert_allclose(zoomed[:, :, 1:-1, 0], np.tile(expected[1:-1], (2, 24, 1)), atol=1)


def test_a_zoomed_image_is_flipped_like_any_other():
    np.testing.assert_array_equal(look(IMAGES, ZOOMED_FLIPPED), look(IMAGES, ZOOMED)[:, :, ::-1])


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
