"""Images go through a chain to the scores that the stages give them, bit for bit."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from support.noise import noise

from features.errors import BadInput
from pipeline.blocks.compute import compute
from pipeline.blocks.matrix import FeatureMatrix
from pipeline.catalogue import features
from pipeline.classifiers.answers import scores_of
from pipeline.classifiers.rows import plain_rows
from pipeline.classifiers.standardizer import Standardizer
from pipeline.prediction.chain import Chain, columns_of
from pipeline.prediction.trained import read_block, read_chain
from pipeline.runtime.store import write_array, write_arrays

N, CLASSES, VIEWS = 300, 3, ["original", "flipped_1.2"]  # more images than a minibatch has
IMAGES = noise(N, 12, 12)
COLOR = {"space": "rgb", "bins": 2, "grid": 2, "square_root": True}
WORDS = {"encoding": "triangle", "stride": 2, "grid": 2, "power": 0.5}
CODEBOOK = {"words": 8, "patch_size": 4, "patches": 500, "iterations": 3}
CODEBOOK |= {"contrast_offset": 10, "whitening": 0.1}


def described(feature: str, settings: dict, state: Path | None = None) -> dict:
    stored = features()[feature]["stored"]
    found = {"feature": feature, "settings": settings, "stored": stored, "read": {}}
    return {**found, "state": None if state is None else str(state)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("chain")


@pytest.fixture(scope="module")
def recipe(folder) -> dict:
    """Two blocks side by side, in two views, and models of random weights."""
    rng, state = np.random.default_rng(0), folder / "state.npz"
    fit = import_module("features.bag_of_words").fit
    write_arrays(state, fit(IMAGES[:50], np.zeros(50, int), rng, 1, **CODEBOOK))
    blocks = {
        "words": described("bag_of_words", WORDS, state),
        "color": described("color_histogram", COLOR),
    }
    d, hidden = 4 * 8 + 4 * 8, 5
    normal = partial(rng.standard_normal, dtype=np.float32)
    arrays = {
        "mean": normal(d) / 10,
        "scale": normal(d) + 3,
        "line.W": normal((d, CLASSES)),
        "line.b": normal(CLASSES),
        "net.W1": normal((d, hidden)),
        "net.b1": normal(hidden),
        "net.W2": normal((hidden, CLASSES)),
        "net.b2": normal(CLASSES),
    }
    write_arrays(folder / "model.npz", arrays)
    return {"blocks": blocks, "views": VIEWS, "model": str(folder / "model.npz")}


CLASSIFIERS = [{"name": "line", "module": "linear"}, {"name": "net", "module": "two_layer"}]


def by_stages(folder: Path, recipe: dict, classifier: dict) -> np.ndarray:
    """Blocks are written in shards, and read back as rows, which are scored."""
    write_array(folder / "images.npy", IMAGES)
    for name, block in recipe["blocks"].items():
        given = {key: block[key] for key in ("feature", "settings", "stored")}
        state = {"state": Path(block["state"])} if block["state"] else {}
        for view in VIEWS:
            for shard in ("0-130", "130-260", "260-300"):
                file = folder / name / view / f"{shard}.npy"
                compute(
                    folder / "images.npy", **given, view=view, shard=shard, block=file, **state
                )
    X = FeatureMatrix([folder / name for name in recipe["blocks"]], VIEWS, N, 130)
    arrays = dict(np.load(recipe["model"]))
    rows = plain_rows(X, np.zeros(N, int), Standardizer(arrays["mean"], arrays["scale"]))
    return scores_of(classifier, arrays, rows, np.arange(N))


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda each: each["name"])
def test_scores_are_those_of_the_stages_bit_for_bit(folder, recipe, classifier):
    scores = read_chain(recipe, classifier).scores(IMAGES)
    assert scores.dtype == np.float32
    np.testing.assert_array_equal(scores, by_stages(folder, recipe, classifier))


def test_scores_by_hand_of_raw_pixels():
    """The mean over an image and its mirror image of a score that is the left pixel's red."""
    weights = np.zeros((6, 2), np.float32)
    weights[0, 1] = 1
    columns = Standardizer(np.full(6, 0.5, np.float32), np.full(6, 2, np.float32))
    model = {"W": weights, "b": np.array([0, 1], np.float32)}
    blocks = {"raw": read_block(described("raw_pixels", {}))}
    chain = Chain(blocks, ["original", "flipped"], columns, "linear", model)
    images = np.array([[[[255, 0, 0], [51, 0, 0]]]], np.uint8)  # standardised: 1 and -0.6
    np.testing.assert_allclose(chain.scores(images), [[0, 1 + (1 - 0.6) / 2]], atol=2e-3)


def test_threads_change_no_bit(recipe):
    chain = read_chain(recipe, CLASSIFIERS[0])
    with ThreadPoolExecutor(3) as pool:
        np.testing.assert_array_equal(chain.scores(IMAGES, pool.map), chain.scores(IMAGES))


def test_several_chains_share_the_columns_of_their_blocks(recipe):
    """A chain takes its own blocks among those of others, in its own order."""
    both = read_chain(recipe, CLASSIFIERS[0])
    columns = columns_of(dict(reversed(both.blocks.items())), VIEWS, IMAGES)
    np.testing.assert_array_equal(both.scores_of(columns), both.scores(IMAGES))


def test_blocks_that_are_read_already_are_not_read_again(recipe):
    blocks = {name: read_block(each) for name, each in recipe["blocks"].items()}
    found = read_chain(recipe, CLASSIFIERS[0], blocks).blocks
    assert list(found) == list(blocks)
    assert all(found[name] is blocks[name] for name in blocks)


def test_no_images_have_no_scores(recipe):
    assert len(read_chain(recipe, CLASSIFIERS[0]).scores(IMAGES[:0])) == 0


def test_images_of_another_size_are_refused_where_the_feature_refuses_them(recipe):
    with pytest.raises(BadInput, match="patch"):
        read_chain(recipe, CLASSIFIERS[0]).scores(noise(2, 3, 3))
