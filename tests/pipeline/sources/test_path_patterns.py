"""Patterns of layout and ignore, and the regular expression of file_name."""

import pytest
from support.mistakes import refused

from pipeline.sources.path_patterns import Ignore, compiled, file_name_pattern, matched


def fields(pattern: str, path: str) -> dict[str, str] | None:
    fit = matched([compiled(pattern)], path)
    return None if fit is None else {k: v for k, v in fit.groupdict().items() if v}


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("{class}/*", "cat/0.png", {"class": "cat"}),
        ("{class}/*", "cat/old/0.png", None),
        ("{class}/*", "0.png", None),
        ("{class}/**", "cat/old/0.png", {"class": "cat"}),
        ("{class}/**", "cat/0.png", {"class": "cat"}),
        ("**/{class}/*", "cat/0.png", {"class": "cat"}),
        ("**/{class}/*", "a/b/cat/0.png", {"class": "cat"}),
        ("**/**/{class}/*", "a/b/cat/0.png", {"class": "cat"}),
        ("*/{class}/**", "a/cat/b/0.png", {"class": "cat"}),
        ("{split}/{class}/*", "train/cat/0.png", {"split": "train", "class": "cat"}),
        ("{class}/images/*", "cat/images/0.png", {"class": "cat"}),
        ("{class}/images/*", "cat/masks/0.png", None),
        ("{group}/{class}/*.png", "p1/cat/0.png", {"group": "p1", "class": "cat"}),
        ("{group}/{class}/*.png", "p1/cat/0.jpg", None),
        ("{class}_{split}/*", "cats_train/0.png", {"class": "cats", "split": "train"}),
        ("{class}.*.jpg", "cat.0.jpg", {"class": "cat"}),
        ("a.b/{class}/*", "aXb/cat/0.png", None),
        ("a+(b)/{class}/*", "a+(b)/cat/0.png", {"class": "cat"}),
        ("{class}/*", "a\nb/c\nd.png", {"class": "a\nb"}),
        ("{class}/**", "a\nb/x/c\nd.png", {"class": "a\nb"}),
    ],
)
def test_a_layout_says_where_class_split_and_group_stand(pattern, path, expected):
    assert fields(pattern, path) == expected


def test_the_first_pattern_that_fits_counts():
    patterns = [compiled("{split}/{class}/*"), compiled("{class}/*")]
    assert matched(patterns, "test/cat/0.png").groupdict() == {"split": "test", "class": "cat"}
    assert matched(patterns, "cat/0.png").groupdict() == {"class": "cat"}
    assert matched(patterns, "0.png") is None


@pytest.mark.parametrize(
    ("pattern", "path", "short", "long"),
    [
        ("{class}_*", "american_bulldog_1.jpg", "american", "american_bulldog"),
        ("**/{class}/**", "a/b/0.png", "a", "b"),
        ("{class}.*", "cat.0.jpg", "cat", "cat.0"),
    ],
)
def test_a_path_that_fits_in_several_ways_is_refused(pattern, path, short, long):
    with refused("config: layout", pattern, path, f"class {short} or {long}:", "file_name"):
        fields(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("*/*", ("says nowhere where {class} stands",)),
        ("{classes}/*", ("has {classes}", "{class}, {split}, {group}")),
        ("{}/{class}/*", ("has {}", "{class}, {split}, {group}")),
        ("{class}/{class}/*", ("has {class} twice",)),
        ("{split}/{class}", ("a file's name is to follow: write '{split}/{class}/*'",)),
    ],
)
def test_patterns_that_say_no_class_are_refused(pattern, words):
    with refused("config: layout", pattern, *words):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern", ["**/{class}/*", "**/**/**/{class}/**/x", "{group}*{class}*/*"]
)
def test_no_path_is_too_deep_or_too_long(pattern):
    for path in ("/".join("d" * 1200), "_" * 255 + "/" + "_" * 255):
        compiled(pattern).long.fullmatch(path)  # comes to an end


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("old", ("old", "old/0.png", "a/old/0.png", "a/b/old"), ("older/0.png", "a/bold")),
        ("/old", ("old", "old/a/0.png"), ("a/old/0.png", "older")),
        ("old/", ("old/0.png", "a/old/0.png"), ("older/0.png",)),
        ("a/old", ("a/old/0.png", "a/old"), ("b/a/old/0.png", "a/older")),
        ("*/thumbs", ("a/thumbs/0.png",), ("thumbs/0.png", "a/b/thumbs/0.png")),
        ("**/thumbs", ("a/thumbs/0.png", "thumbs/0.png", "a/b/thumbs/0.png"), ("a/thumb/0.png",)),
        ("/old/**", ("old/0.png", "old/a/0.png"), ("a/old/0.png",)),
        ("*_mask.png", ("a/0_mask.png", "0_mask.png"), ("a/0.png", "0_mask.png.txt")),
        ("/*.png", ("0.png",), ("a/0.png",)),
        ("/train/*.png", ("train/0.png",), ("train/cat/0.png", "test/0.png")),
        ("a.b", ("a.b/0.png",), ("aXb/0.png",)),
        ("*b", ("a\nb/0.png",), ("a\nbc/0.png",)),
    ],
)
def test_ignore_fits_files_folders_and_what_lies_in_them(pattern, fitting, others):
    ignore = Ignore([pattern])
    assert not any(map(ignore.fits, others))
    assert list(ignore.idle) == [pattern]
    assert all(map(ignore.fits, fitting))
    assert not ignore.idle


def test_each_pattern_counts_as_used_where_it_fits():
    ignore = Ignore(["/old", "thumbs", "gone"])
    assert ignore.fits("old/thumbs/0.png")
    assert list(ignore.idle) == ["gone"]


def test_a_regular_expression_has_named_groups_and_no_others():
    assert file_name_pattern(r"^(?P<class>cat|dog)\.").search("cat.0.jpg")["class"] == "cat"
    for text, words in {
        "(": ("no regular expression",),
        "cat": ("needs a named group", "has none", "class, split, group"),
        "(?P<label>cat)": ("needs a named group", "has label", "class, split, group"),
    }.items():
        with refused("config: file_name", repr(text), *words):
            file_name_pattern(text)
