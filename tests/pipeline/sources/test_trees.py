"""Folders as a tree on one line."""

import pytest

from pipeline.sources.trees import common, tree


def paths(*texts: str) -> list[tuple[str, ...]]:
    return [tuple(filter(None, text.split("/"))) for text in texts]


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (["cat", "dog"], "{cat, dog}"),
        (["cat"], "cat"),
        (["set/cat", "set/dog"], "set/{cat, dog}"),
        (["train/cat", "train/dog", "test/cat", "test/dog"], "{train, test}/{cat, dog}"),
        (["train/cat", "train/dog", "test"], "{test, train/{cat, dog}}"),
        (["cat/images", "dog/images"], "{cat, dog}/images"),
        (["a", "b", "c", "d", "e", "f"], "{a, b, c, d, 2 more}"),
        (["a/b/c/d/e/x", "a/b/c/d/e/y"], "a/b/.../e/{x, y}"),
        (["1/2/3/4/5/6", "x"], "{x, 1/2/3/4/...}"),
        (["a\nb", "c"], r"{'a\nb', c}"),
        ([""], ""),
    ],
)
def test_folders_that_hold_the_same_share_a_brace(folders, expected):
    assert tree(paths(*folders)) == expected


def test_a_thousand_folders_inside_each_other_and_side_by_side_are_a_short_line():
    deep = [tuple("d" * n) for n in range(1, 1200)]
    wide = [(str(i), str(j)) for i in range(1000) for j in range(i % 7)]
    assert len(tree(deep)) < 200
    assert len(tree(wide)) < 200


def test_the_folders_that_all_paths_have_in_common():
    assert common(paths("a/b/c", "a/b/d/e")) == ("a", "b")
    assert common(paths("a/b", "a/b/c")) == ("a", "b")
    assert common(paths("a", "b")) == ()
    assert common(paths("a/b")) == ("a", "b")
