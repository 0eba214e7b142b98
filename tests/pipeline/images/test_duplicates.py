"""Images with the same pixels are found, and groups that share one are one group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.images.duplicates import DIGEST_BYTES, content_of, digest, joined

numbers = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def digests_of(pictures: list[int]) -> np.ndarray:
    found = [digest(np.full((2, 3, 3), picture, np.uint8)) for picture in pictures]
    return np.frombuffer(b"".join(found), np.uint8).reshape(-1, DIGEST_BYTES)


def test_a_digest_is_of_the_pixels_and_of_nothing_else():
    pixels = np.random.default_rng(0).integers(256, size=(4, 6, 3), dtype=np.uint8)
    turned = np.ascontiguousarray(pixels.transpose(1, 0, 2)).transpose(1, 0, 2)
    assert digest(turned) == digest(pixels)
    other = pixels.copy()
    other[3, 5, 2] ^= 1
    assert digest(other) != digest(pixels)
    assert len(digest(pixels)) == DIGEST_BYTES


@given(numbers)
def test_each_image_knows_the_first_with_its_pixels(pairs):
    pictures, readable = [picture for picture, _ in pairs], [n > 2 for _, n in pairs]
    content = content_of(digests_of(pictures), np.array(readable, bool))
    assert content.dtype == np.int32
    for i, picture in enumerate(pictures):
        same = [j for j, other in enumerate(pictures) if other == picture and readable[j]]
        assert content[i] == (same[0] if readable[i] else i)


def naive_joined(group: list[int], content: list[int]) -> list[int]:
    """Each image's set, grown until nothing more belongs to it; called by its smallest group."""
    found = []
    for i in range(len(group)):
        groups, contents, before = {group[i]}, {content[i]}, None
        while before != (groups, contents):
            before = set(groups), set(contents)
            mine = [j for j in range(len(group)) if group[j] in groups or content[j] in contents]
            groups, contents = {group[j] for j in mine}, {content[j] for j in mine}
        found.append(min(groups))
    return found


@given(numbers)
def test_groups_that_share_a_picture_are_one(pairs):
    group, content = ([pair[side] for pair in pairs] for side in (0, 1))
    found = joined(np.array(group, np.int32), np.array(content, np.int32))
    expected = naive_joined(group, content)
    # The same sets, in the same order.
    assert np.unique(found, return_inverse=True)[1].tolist() == (
        np.unique(expected, return_inverse=True)[1].tolist()
    )


def test_a_long_chain_of_copies_is_one_group():
    n = 100_000
    group, content = np.arange(n) // 2, (np.arange(n) + 1) // 2
    assert len(set(joined(group, content).tolist())) == 1
    assert len(set(joined(group, np.arange(n)).tolist())) == n // 2
