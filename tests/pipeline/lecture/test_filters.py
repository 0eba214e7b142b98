"""Pictures of what features look for: HOG says itself which bin an edge belongs to."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import correlate
from support.texts import file_of

from features import hog
from pipeline.lecture import filters, filters_bag_of_words, filters_convnet, filters_hog
from pipeline.lecture.block import Block
from pipeline.runtime.store import write_array, write_arrays

IDENTITY = np.eye(3, dtype=np.float32)[:, :, None, None]  # whitening that changes nothing


@pytest.mark.parametrize(("directions", "n"), [("unsigned", 9), ("signed", 18), ("both", 18)])
def test_hog_counts_each_edge_in_the_bin_that_it_stands_for(directions, n):
    settings = {"orientations": 9, "directions": directions}
    edges = filters_hog.pictures(Block(settings, (32, 32), {}))
    settings |= {"pixels_per_cell": filters_hog.SIDE, "cells_per_block": 1, "block_norm": "L2"}
    counted = hog.extract(
        (255 * edges).round().astype(np.uint8), **settings, interpolate=False, gamma=1
    )
    assert counted[:, :n].argmax(axis=1).tolist() == list(range(n))


def test_coherence_tells_edges_from_spots():
    edge = np.zeros((6, 6, 3))
    edge[:, 3:] = 1
    spot = np.zeros((5, 5, 3))
    spot[2, 2] = 1
    assert filters.coherence(edge) == pytest.approx(1)
    assert filters.coherence(edge.transpose(1, 0, 2)) == pytest.approx(1)
    assert filters.coherence(spot) == pytest.approx(0)
    assert filters.coherence(np.ones((4, 4, 3))) == filters.coherence(np.ones((1, 1, 3))) == 0


def test_share_of_colour():
    grey = np.random.default_rng(0).random((4, 4, 1)).repeat(3, axis=2)
    opposed = (grey - grey.mean()) * [1, 0, -1]  # brightness is the same everywhere
    assert filters.color_share(grey) == pytest.approx(0)
    assert filters.color_share(opposed) == pytest.approx(1)
    assert filters.color_share(grey + opposed) == pytest.approx(2 / 5)  # 2 of 2 + 3 x 1
    assert filters.color_share(np.ones((2, 2, 3))) == 0


def test_filters_on_whitened_patches_answer_as_their_pictures_do():
    """A patch of 4 x 4 pixels: whitened, then filtered; or laid on the picture."""
    rng = np.random.default_rng(0)
    whitening, layer = rng.standard_normal((6, 3, 2, 2)), rng.standard_normal((5, 6, 3, 3))
    patch = rng.standard_normal((3, 4, 4))
    whitened = np.stack([correlate(patch, each, "valid")[0] for each in whitening])
    expected = [correlate(whitened, each, "valid").item() for each in layer]
    seen = filters_convnet.seen_through(whitening, layer)
    assert seen.shape == (5, 4, 4, 3)
    np.testing.assert_allclose((seen * patch.transpose(1, 2, 0)).sum(axis=(1, 2, 3)), expected)


def test_words_that_count_twice_are_drawn_once():
    state = {"words": np.eye(5, 12, dtype=np.float32), "patch_size": np.array(2)}
    block = Block({"encoding": "soft_threshold"}, (8, 8), state)
    assert filters_bag_of_words.pictures(block).shape == (5, 2, 2, 3)


def test_few_pictures_fill_a_square_with_white():
    drawn = filters.square(np.zeros((5, 5, 5, 3)))
    assert drawn.shape == (2, 3, 15, 15, 3)
    assert drawn[1, 2].min() == 1
    assert drawn[:, :2].max() == 0


def test_the_stage_says_what_was_designed_and_what_was_learned(tmp_path):
    write_array(tmp_path / "images.npy", np.zeros((1, 8, 8, 3), np.uint8))
    layer = np.zeros((2, 3, 3, 3), np.float32)  # the second looks for nothing
    layer[0, :, :, 0], layer[0, :, :, 2] = -1, 1
    write_arrays(tmp_path / "state.npz", {"whitening": IDENTITY, "filters.0a": layer})
    designed = {"name": "hog", "feature": "hog", "knows": "hand-made", "state": ""}
    designed["settings"] = {"orientations": 4, "directions": "unsigned"}
    learned = {"name": "my_net", "feature": "convnet", "knows": "labels of these images"}
    learned |= {"settings": {}, "state": str(tmp_path / "state.npz")}
    files = [tmp_path / name for name in ("images.npy", "table.csv", "picture.svg", "said.txt")]
    filters.filters([designed, learned], files[0], file_of(), *files[1:])
    table = pd.read_csv(files[1])
    assert table.groupby("block", sort=False).size().to_dict() == {"hog": 4, "my_net": 2}
    assert table["coherence"].tolist()[4:] == pytest.approx([1, 0])
    assert files[3].read_text() == (
        "Oriented edges are 4 of 4 bins of hog (designed by hand) and 1 of 2 filters of my_net "
        "(learned with labels). Colour makes up 0 % (hog) and 0 % (my_net) of their contrast; the "
        "rest is light and dark.\n"
    )
    drawn = files[2].read_text()
    assert "learned with labels" in drawn
