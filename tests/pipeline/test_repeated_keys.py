"""A key that stands twice in a config file is refused, whatever its place."""

import pytest
from support.mistakes import refused
from support.project import ROOT

from pipeline.repeated_keys import check_keys


@pytest.mark.parametrize(
    ("text", "key", "lines"),
    [
        (
            "data: photos\nseeds: [1]\n'data': cifar10\n",
            "data",
            "1 and 3",
        ),
        (
            "blocks:\n  hog: {feature: hog}\n  hog: {}\n",
            "hog",
            "2 and 3",
        ),
        ("blocks: {hog: {feature: hog}, hog: {}}", "hog", "1 and 1"),
        (
            "labels:\n - {a: 1}\n - {b: 1, c: 2,\n    b: 3}\n",
            "b",
            "3 and 4",
        ),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_lines(text, key, lines):
    with refused(f"mine.yaml: the key {key} stands twice, in lines {lines}; remove one"):
        check_keys(text, "mine.yaml")


def test_a_key_may_stand_in_several_groups():
    text = "a: &a {b: 1}\nb: {<<: *a, c: *a}\nc: [*a, *a, &d [*d], {b: 2}]\n"
    for config in (text, "", *(file.read_text() for file in (ROOT / "config").glob("*.yaml"))):
        check_keys(config, "mine.yaml")
