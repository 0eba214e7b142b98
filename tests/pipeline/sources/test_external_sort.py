"""What is sorted in pieces is what Python sorts whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources import external_sort as sorting

ITEMS = st.lists(st.tuples(st.text(st.characters(), max_size=3), st.integers(0, 2**63 - 1)))


@pytest.fixture(scope="module", autouse=True)
def small_pieces():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "RUN", 5)
        patch.setattr(sorting, "BLOCK", 2)
        yield


@given(ITEMS)
def test_items_come_in_order_and_each_once(items):
    assert list(sorting.in_order(iter(items))) == sorted(items)


def test_paths_of_many_runs():
    items = [(f"{i % 7}/{i:03d}.png", i) for i in range(100)]
    assert list(sorting.in_order(items)) == sorted(items)
    assert list(sorting.in_order(reversed(items))) == sorted(items)
