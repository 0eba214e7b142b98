"""Rows read back from the files of a block: those that were written, wherever shards end."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.matrices import save

from pipeline.blocks.shards import ShardedBlock, limits, shard_names, shard_path


def test_names_and_paths_of_shards_by_hand():
    assert shard_names(10, 4) == ["0-4", "4-8", "8-10"]
    assert shard_names(8, 4) == ["0-4", "4-8"]
    assert shard_names(3, 5000) == ["0-3"]
    assert limits("4-8") == (4, 8)
    assert shard_path("blocks/hog", "4-8") == Path("blocks/hog/4-8.npy")


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_shards_follow_each_other_and_none_is_larger_than_wanted(n, shard_size):
    found = [limits(name) for name in shard_names(n, shard_size)]
    starts, stops = zip(*found, strict=True)
    assert starts == (0, *stops[:-1])
    assert stops[-1] == n
    assert {stop - start for start, stop in found[:-1]} <= {shard_size}
    assert 0 < stops[-1] - starts[-1] <= shard_size


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


@given(stretches(), st.sampled_from([np.float32, np.float16, np.float64, np.uint8]))
@settings(deadline=None)
def test_any_stretch_of_rows_is_read_for_any_shard_size(stretch, dtype):
    n, d, shard_size, start, stop = stretch
    block = np.random.default_rng(0).integers(256, size=(n, d)).astype(dtype)
    with tempfile.TemporaryDirectory() as folder:
        saved = save(Path(folder), block, shard_size) / "original"
        rows = ShardedBlock(saved, n, shard_size).read(start, stop)
    assert rows.dtype == dtype
    np.testing.assert_array_equal(rows, block[start:stop])


@pytest.mark.parametrize("d", [1, 9, 10, 99, 100, 9999, 10_000])
def test_headers_of_unequal_numbers_do_not_shift_rows(tmp_path, d):
    block = np.arange(101 * d, dtype=np.float32).reshape(101, d)
    rows = ShardedBlock(save(tmp_path, block, 100) / "original", 101, 100).read(0, 101)
    np.testing.assert_array_equal(rows, block)
