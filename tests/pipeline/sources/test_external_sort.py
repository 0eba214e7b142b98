"""What is sorted in pieces is what Python sorts whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.little_room import little_room

from pipeline.sources import external_sort
from pipeline.sources.external_sort import in_order

ITEMS = st.lists(st.tuples(st.text(st.characters(), max_size=3), st.integers(0, 2**63 - 1)))


def in_small_pieces(items) -> list[tuple]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(external_sort, "RUN", 5)
        patch.setattr(external_sort, "SLICE", 2)
        return list(in_order(items))


@given(ITEMS)
def test_items_come_in_order_and_each_once(items):
    assert in_small_pieces(iter(items)) == sorted(items)


def test_paths_of_many_runs():
    items = [(f"{i % 7}/{i:03d}.png", i) for i in range(100)]
    assert in_small_pieces(items) == sorted(items)
    assert in_small_pieces(reversed(items)) == sorted(items)


@pytest.mark.parametrize("n", [0, 1, external_sort.RUN - 1, external_sort.RUN + 1])
def test_runs_of_the_usual_size(n):
    items = [(7919 * i % 100_003, i) for i in range(n)]
    assert list(in_order(items)) == sorted(items)


def test_a_full_disk_is_told_with_the_folder_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(OSError, match=f": '{tmp_path}'$"), little_room():
        list(in_order((i,) for i in range(10_000)))
