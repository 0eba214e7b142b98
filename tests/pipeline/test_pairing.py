"""Which classifiers are trained on which representation, and what each row of a table knows."""

import pytest
from support.mistakes import refused
from support.project import only

from pipeline import catalogue, extras
from pipeline.pairing import knows, pairs
from pipeline.plan import Plan

PICKY = {"about": "", "title": "", "module": "linear", "loss": "svm", "of": ["raw_pixels", "hog"]}
LEARNER = {"about": "", "title": "", "module": "linear", "loss": "svm"}


@pytest.fixture(autouse=True)
def known(monkeypatch):
    more = {
        "picky": PICKY,
        "learner": {**LEARNER, "knows": "labels of these images"},
        "far": {**LEARNER, "needs": {"extra": "deep", "modules": ["numpy", "no_such_module"]}},
    }
    found = {**catalogue.classifiers(), **more}
    monkeypatch.setattr(catalogue, "classifiers", lambda: found)


def config(*classifiers: str, **representations: list[str]) -> dict:
    given = {"classifiers": list(classifiers), "representations": only(**representations)}
    return Plan(given).config


def test_a_classifier_of_some_features_is_trained_on_a_block_of_them_alone():
    words = {"mixed": ["raw_pixels", "hog"], "pixels": ["raw_pixels"], "shape": ["hog"]}
    found = pairs(config("svm", "picky", **words, colors=["color_histogram"]))
    assert found == {
        "mixed": ["svm"],
        "pixels": ["svm", "picky"],
        "shape": ["svm", "picky"],
        "colors": ["svm"],
    }


def test_a_classifier_or_representation_without_a_partner_is_refused():
    with refused(
        "config: classifiers: picky",
        "raw_pixels or hog, alone",
        "add such a representation, or remove the classifier",
    ):
        config("svm", "picky", colors=["color_histogram"])
    with refused(
        "config: representations.colors: none of the classifiers can be trained on it (picky)",
        "remove the representation",
    ):
        config("picky", pixels=["raw_pixels"], colors=["color_histogram"])


@pytest.mark.parametrize(
    ("names", "classifier", "expected"),
    [
        (["raw_pixels"], "svm", "nothing"),
        (["hog"], "svm", "hand-made"),
        (["raw_pixels", "bag_of_words", "hog"], "softmax", "hand-made, unlabelled images"),
        (["raw_pixels"], "learner", "labels of these images"),
        (["bag_of_words"], "learner", "unlabelled images, labels of these images"),
    ],
)
def test_a_row_knows_what_its_blocks_and_its_classifier_know(names, classifier, expected):
    blocks = {name: {"feature": name} for name in names}
    assert knows(names, blocks, classifier) == expected


def test_packages_that_are_not_installed_are_named_with_how_to_install_them():
    with refused(
        "config: classifiers: far needs no_such_module, not installed here",
        "pip install -c requirements.lock -e '.[deep]'; where there is no GPU",
    ):
        config("far", pixels=["raw_pixels"])


def test_packages_may_depend_on_settings():
    needs = [
        {"extra": "far", "modules": ["a"], "where": {"model": ["x", "y"], "size": [1]}},
        {"extra": "wide", "modules": ["b"], "where": {"model": ["z"]}},
    ]
    for settings, expected in (
        ({"model": "x", "size": 1}, ["far"]),
        ({"model": "x", "size": 2}, []),
        ({"model": "z", "size": 1}, ["wide"]),
    ):
        found = extras.needs_of({"needs": needs}, settings)
        assert [each["extra"] for each in found] == expected
    assert extras.needs_of({"needs": needs[1]}, {"model": "z"}) == needs[1:]
    assert extras.needs_of({}, {}) == []


def test_each_feature_says_what_it_knows_and_whose_packages_it_needs():
    for described in [*catalogue.features().values(), *catalogue.classifiers().values()]:
        assert described.get("knows", "nothing") in (
            *("nothing", "hand-made", "unlabelled images", "labels of these images"),
            "another data set",
        )
        needs = described.get("needs", [])
        for each in needs if isinstance(needs, list) else [needs]:
            assert each.keys() - {"where"} == {"extra", "modules"}
    assert all("knows" in described for described in catalogue.features().values())
    assert "deep" in extras.HINTS
