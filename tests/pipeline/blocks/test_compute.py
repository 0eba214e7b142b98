"""A shard of a block is the feature of the images of a view, stored as its YAML says."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from support.mistakes import refused
from support.noise import noise

from features import bag_of_words, hog
from pipeline.blocks.compute import compute
from pipeline.blocks.views import FLIPPED, ORIGINAL, look
from pipeline.catalogue import features
from pipeline.runtime.store import read_array, write_array, write_arrays

IMAGES = noise(6, 16, 16)
HOG = {"orientations": 9, "pixels_per_cell": 4, "cells_per_block": 2, "block_norm": "L2"}
HOG |= {"directions": "unsigned", "interpolate": False, "gamma": 1}
CODEBOOK = {
    "words": 8,
    "patch_size": 4,
    "patches": 500,
    "iterations": 5,
    "contrast_offset": 10,
    "whitening": 0.1,
}
WORDS = {"encoding": "triangle", "stride": 1, "grid": 2, "power": 0.5}


def shard(
    folder: Path,
    feature: str,
    settings: dict,
    view=ORIGINAL,
    images=IMAGES,
    rows="0-6",
    state=None,
) -> np.ndarray:
    """What `compute` writes of these rows, as it is stored."""
    files = {name: folder / name for name in ("images", "block", "state")}
    write_array(files["images"], images)
    if state is not None:
        write_arrays(files["state"], state)
    start, stop = map(int, rows.split("-"))
    n = compute(
        images=files["images"],
        feature=feature,
        settings=settings,
        stored=features()[feature]["stored"],
        view=view,
        shard=rows,
        block=files["block"],
        state=None if state is None else files["state"],
    )
    assert n == stop - start
    return read_array(files["block"])


def codebook(images: np.ndarray, **settings) -> dict[str, np.ndarray]:
    labels, rng = np.zeros(len(images), np.int32), np.random.default_rng(0)
    return bag_of_words.fit(images, labels, rng, 1, **CODEBOOK, **settings)


@pytest.mark.parametrize(("feature", "settings"), [("raw_pixels", {}), ("hog", HOG)])
def test_a_shard_has_the_rows_that_its_name_says(tmp_path, feature, settings):
    block = shard(tmp_path, feature, settings, rows="2-5")
    expected = import_module(f"features.{feature}").extract(IMAGES[2:5], **settings)
    assert block.dtype == np.float16
    np.testing.assert_array_equal(block, expected.astype(np.float16))


def test_a_fitted_feature_is_computed_with_its_state(tmp_path):
    state = codebook(IMAGES)
    block = shard(tmp_path, "bag_of_words", WORDS, rows="1-6", state=state)
    expected = bag_of_words.encode(IMAGES[1:6], state, **WORDS)
    assert block.dtype == np.float16
    np.testing.assert_array_equal(block, expected.astype(np.float16))


def test_averaged_views_are_the_mean_of_the_features_of_each(tmp_path):
    block = shard(tmp_path, "hog", HOG, "original+flipped+original_0.8")
    seen = [look(IMAGES, view) for view in ("original", "flipped", "original_0.8")]
    expected = np.mean([hog.extract(np.ascontiguousarray(x), **HOG) for x in seen], axis=0)
    np.testing.assert_allclose(block, expected, atol=2**-11)


@pytest.mark.parametrize(("feature", "settings"), [("raw_pixels", {}), ("hog", HOG)])
def test_features_of_the_flipped_view_are_those_of_flipped_images(tmp_path, feature, settings):
    block = shard(tmp_path, feature, settings, FLIPPED, rows="2-5")
    mirrored = np.ascontiguousarray(IMAGES[2:5, :, ::-1])
    expected = import_module(f"features.{feature}").extract(mirrored, **settings)
    np.testing.assert_allclose(block, expected, atol=2**-11)


def test_words_of_the_flipped_view_are_those_of_flipped_images(tmp_path):
    images = np.concatenate([IMAGES, IMAGES[:, :, ::-1]])
    given = {"images": images, "state": codebook(images)}
    flipped = shard(tmp_path, "bag_of_words", WORDS, FLIPPED, rows="0-6", **given)
    original = shard(tmp_path, "bag_of_words", WORDS, ORIGINAL, rows="6-12", **given)
    assert flipped.dtype == np.float16
    np.testing.assert_array_equal(flipped, original)


def test_features_of_large_images_keep_single_precision(tmp_path):
    large = np.zeros((1, 200, 200, 3), np.uint8)
    assert shard(tmp_path, "raw_pixels", {}, images=large, rows="0-1").dtype == np.float32


def test_sums_as_they_are_keep_single_precision(tmp_path):
    settings = {**WORDS, "power": 1}
    block = shard(tmp_path, "bag_of_words", settings, state=codebook(IMAGES))
    assert block.dtype == np.float32
    np.testing.assert_array_equal(block, bag_of_words.encode(IMAGES, codebook(IMAGES), **settings))


def test_sums_that_do_not_fit_are_refused_with_what_to_do(tmp_path):
    state = codebook(IMAGES)
    state["words"] = state["words"] * np.float32(1e6)  # distances, and what is said, as far
    with refused("bag_of_words: ", "half precision", "lower power", "contrast_offset"):
        shard(tmp_path, "bag_of_words", {**WORDS, "power": 0.9}, state=state)
    assert not (tmp_path / "block").exists()
