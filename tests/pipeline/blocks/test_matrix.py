"""Rows read back from shards: those that were written, wherever shards end."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.matrices import matrix_of_views, save

from pipeline.blocks.matrix import FeatureMatrix, ShardedBlock, shard_path, shard_ranges


def test_ranges_and_names_of_shards_by_hand():
    assert shard_ranges(10, 4) == [(0, 4), (4, 8), (8, 10)]
    assert shard_ranges(8, 4) == [(0, 4), (4, 8)]
    assert shard_ranges(3, 5000) == [(0, 3)]
    assert shard_path("blocks/hog", 4, 8) == Path("blocks/hog/4-8.npy")


@st.composite
def stretches(draw):
    n = draw(st.integers(1, 130))
    start = draw(st.integers(0, n - 1))
    return (
        n,
        draw(st.integers(1, 8)),
        draw(st.integers(1, n + 9)),
        start,
        draw(st.integers(start + 1, n)),
    )


@given(stretches(), st.sampled_from([np.float32, np.float64, np.uint8]))
@settings(deadline=None)
def test_any_stretch_of_rows_is_read_for_any_shard_size(stretch, dtype):
    n, d, shard_size, start, stop = stretch
    block = np.random.default_rng(0).integers(256, size=(n, d)).astype(dtype)
    with tempfile.TemporaryDirectory() as folder:
        rows = ShardedBlock(
            save(Path(folder), block, shard_size) / "original", n, shard_size
        ).read(start, stop)
    assert rows.dtype == dtype
    np.testing.assert_array_equal(rows, block[start:stop])


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


@pytest.mark.parametrize("d", [1, 9, 10, 99, 100, 9999, 10_000])
def test_headers_of_unequal_numbers_do_not_shift_rows(tmp_path, d):
    block = np.arange(101 * d, dtype=np.float32).reshape(101, d)
    rows = ShardedBlock(save(tmp_path, block, 100) / "original", 101, 100).read(0, 101)
    np.testing.assert_array_equal(rows, block)


@given(st.sets(st.integers(0, 39), min_size=1), st.integers(1, 25))
@settings(deadline=None)
def test_rows_of_a_second_view_follow_those_of_the_first(index, shard_size):
    block = np.arange(60).reshape(20, 3)
    with tempfile.TemporaryDirectory() as root:
        X = matrix_of_views(Path(root), block, -block, shard_size)
        taken = X.take(np.array(sorted(index)))
    np.testing.assert_array_equal(taken, np.vstack([block, -block])[sorted(index)])
    assert X.all_views(np.array([1, 4])).tolist() == [1, 4, 21, 24]
