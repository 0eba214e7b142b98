"""A representation is read as one matrix, wherever its blocks, views and shards end."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support import clusters
from support.matrices import matrix_of_views, save

from pipeline.blocks.matrix import FeatureMatrix


@given(st.data(), st.integers(1, 60), st.integers(1, 70))
@settings(deadline=None)
def test_rows_of_several_blocks_stand_side_by_side(data, n, shard_size):
    rng = np.random.default_rng(0)
    blocks = [rng.normal(size=(n, d)).astype(np.float32) for d in (3, 1, 40)]
    index = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
    with tempfile.TemporaryDirectory() as root:
        folders = [
            save(Path(root) / str(number), block, shard_size)
            for number, block in enumerate(blocks)
        ]
        X = FeatureMatrix(folders, ["original"], n, shard_size)
        assert (X.n, X.d) == (n, 44)
        taken = X.take(index)
        out = np.full((len(index), 44), np.nan, np.float32)
        assert X.take(index, out=out) is out
    expected = np.hstack(blocks)[index]
    assert taken.dtype == np.float32
    np.testing.assert_array_equal(taken, expected)
    np.testing.assert_array_equal(out, expected)


@given(st.sets(st.integers(0, 39), min_size=1), st.integers(1, 25))
@settings(deadline=None)
def test_rows_of_a_second_view_follow_those_of_the_first(index, shard_size):
    block = np.arange(60).reshape(20, 3)
    with tempfile.TemporaryDirectory() as root:
        X = matrix_of_views(Path(root), block, -block, shard_size)
        taken = X.take(np.array(sorted(index)))
    np.testing.assert_array_equal(taken, np.vstack([block, -block])[sorted(index)])
    assert X.all_views(np.array([1, 4])).tolist() == [1, 4, 21, 24]


def test_a_representation_knows_its_images(tmp_path):
    mine = clusters.write(tmp_path)
    np.testing.assert_array_equal(mine.y(), clusters.labels())
    np.testing.assert_array_equal(mine.part(), clusters.PART)
    assert mine.class_names() == ["a", "b", "c"]
    everything = np.arange(clusters.N)
    np.testing.assert_array_equal(mine.matrix().take(everything), clusters.features())


def test_a_representation_is_read_with_all_views_or_the_first_of_them(tmp_path):
    mine = clusters.write(tmp_path)
    save(Path(mine.blocks[0]), -clusters.features(), mine.shard_size, "flipped")
    both = replace(mine, views=["original", "flipped"])
    for n_views, signs in ((None, [1, -1]), (2, [1, -1]), (1, [1])):
        X = both.matrix(n_views)
        taken = X.take(X.all_views(np.array([7, 300])))
        rows = clusters.features()[[7, 300]]
        np.testing.assert_array_equal(taken, np.vstack([sign * rows for sign in signs]))


def test_a_representation_knows_the_shape_of_its_images_where_it_is_told_where_they_are(tmp_path):
    representation = clusters.write(tmp_path)
    assert representation.image_shape() == ()
    np.save(tmp_path / "images.npy", np.zeros((5, 4, 7, 3), np.uint8))
    told = replace(representation, images=str(tmp_path / "images.npy"))
    assert told.image_shape() == (4, 7, 3)
