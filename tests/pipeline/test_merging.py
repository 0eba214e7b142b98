"""A config changes just what it names; null removes it, or is refused where there is nothing."""

import pytest
import yaml
from support.mistakes import refused
from support.project import ROOT, only

from pipeline.settings import complete

DEFAULT = yaml.safe_load((ROOT / "config/default.yaml").read_text())
NAMES = ["raw_pixels", "color_histogram", "hog", "bag_of_words", "engineered", "everything"]


def differing(*configs: dict) -> set[str]:
    """The top-level keys in which configs lead to another configuration than the default's."""
    before, after = complete(), complete(*configs)
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_no_config_an_empty_one_and_the_default_are_the_same():
    assert complete() == complete({}) == complete({}, {}) == complete(DEFAULT)


def test_one_value_of_sgd_changes_just_that():
    config = {"sgd": {"epochs": 200}}
    assert differing(config) == {"sgd"}
    assert complete(config)["sgd"] == {**DEFAULT["sgd"], "epochs": 200}


def test_one_value_of_a_classifier_changes_just_that():
    found = complete({"sgd": {"svm": {"l2": [1]}}})["sgd"]
    assert found == {**DEFAULT["sgd"], "svm": {**DEFAULT["sgd"]["svm"], "l2": [1]}}


def test_an_added_representation_comes_last_and_changes_nothing_else():
    config = {"representations": {"both": ["hog", "raw_pixels"]}}
    assert differing(config) == {"representations"}
    assert list(complete(config)["representations"]) == [*NAMES, "both"]


def test_a_changed_representation_stays_where_it_is():
    found = complete({"representations": {"hog": ["hog", "raw_pixels"]}})["representations"]
    assert list(found) == NAMES
    assert found["hog"] == ["hog", "raw_pixels"]


def test_one_setting_of_a_block_changes_just_that():
    before, after = complete()["blocks"], complete({"blocks": {"hog": {"gamma": 0.5}}})["blocks"]
    assert after == {**before, "hog": {**before["hog"], "gamma": 0.5}}
    blocks = complete({"blocks": {"bag_of_words": {"codebook": {"words": 99}}}})["blocks"]
    codebook = {**before["bag_of_words"]["codebook"], "words": 99}
    assert blocks["bag_of_words"] == {**before["bag_of_words"], "codebook": codebook}


def test_a_block_of_another_feature_takes_nothing_over():
    layers = (
        {"blocks": {"hog": {"feature": "color_histogram", "bins": 3, "grid": 2}}},
        {"blocks": {"hog": {"feature": "local_binary_patterns"}}},
    )
    block = {"feature": "color_histogram", "space": "rgb", "bins": 3, "grid": 2}
    assert complete(layers[0])["blocks"]["hog"] == {**block, "square_root": True}
    bare = {"blocks": {"hog": {"feature": "local_binary_patterns"}}}
    assert complete(*layers) == complete(bare)


def test_null_in_a_block_is_a_value():
    block = complete({"blocks": {"bag_of_words": {"codebook": {"whitening": None}}}})["blocks"]
    assert block["bag_of_words"]["codebook"]["whitening"] is None
    assert block["bag_of_words"]["codebook"]["words"] == 256


def test_what_the_default_says_and_does_not_apply_any_more_goes_unsaid():
    """default.yaml shows iterations, which no one who asks for random words has written."""
    block = complete({"blocks": {"bag_of_words": {"codebook": {"method": "random"}}}})["blocks"]
    assert block["bag_of_words"]["codebook"]["iterations"] is None
    own = {"codebook": {"method": "random", "iterations": 20}}
    with refused("blocks.bag_of_words.codebook.iterations: applies where method is kmeans"):
        complete({"blocks": {"bag_of_words": own}})
    soft = {"blocks": {"bag_of_words": {"encoding": "soft_threshold", "threshold": 1}}}
    with refused("blocks.bag_of_words.threshold: applies where encoding is soft_threshold"):
        complete(soft, {"blocks": {"bag_of_words": {"encoding": "hard"}}})


@pytest.mark.parametrize(
    ("config", "key", "value"),
    [
        ({"sgd": {"svm": None}}, "sgd", {k: v for k, v in DEFAULT["sgd"].items() if k != "svm"}),
        (
            {"sgd": {"svm": {"learning_rates": None}}},
            "sgd",
            {k: v for k, v in DEFAULT["sgd"].items() if k != "svm"},
        ),
        (
            {"sgd": {"svm": {"learning_rates": None, "l2": [1]}}},
            "sgd",
            {**DEFAULT["sgd"], "svm": {"l2": [1]}},
        ),
        (
            {"representations": {"everything": None}},
            "representations",
            {k: v for k, v in DEFAULT["representations"].items() if k != "everything"},
        ),
        ({"representations": only(mine=["hog"])}, "representations", {"mine": ["hog"]}),
        ({"run": None, "layout": None, "labels": {"table": None}}, "seeds", [0]),
        ({"sgd": {"svm": {"l2": None}}}, "sgd", DEFAULT["sgd"]),
    ],
    ids=str,
)
def test_null_removes(config, key, value):
    found = complete(config)
    assert found[key] == value
    assert not {"run", "layout", "labels"} & found.keys()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"data": None}, ["data: null removes it, but a run needs it; give it a value"]),
        ({"sgd": {"epochs": None}}, ["sgd.epochs: null removes it, but a run needs it"]),
        ({"sgd": None}, ["sgd: null removes it, but a run needs it"]),
        ({"representations": None}, ["representations: null removes it, but a run needs it"]),
        ({"representations": only()}, ["representations: ", "should be non-empty"]),
        ({"representations": {"hgo": None}}, ["representations.hgo: ", "did you mean 'hog'?"]),
        ({"representations": {"zzz": None}}, ["representations.zzz: ", "there are raw_pixels, "]),
        ({"blocks": {"hgo": None}}, ["blocks.hgo: null removes", "did you mean 'hog'?"]),
        ({"splits": {"fold": None}}, ["splits.fold: ", "there are none"]),
        ({"imagesize": None}, ["top level: unknown key 'imagesize'; did you mean 'image_size'?"]),
        ({"sgd": {"epoch": None}}, ["sgd: unknown key 'epoch'; did you mean 'epochs'?"]),
        ({"sgd": {"knn": None}}, ["sgd: unknown key 'knn'"]),
        ({"blocks": {"hog": {"gamma": None}}}, ["blocks.hog.gamma: None is not of type"]),
        (
            {"blocks": {"hog": None}},
            ["blocks.hog: null removes it, but it is used by representations.hog, repr"],
        ),
        ({"blocks": {}}, ["blocks: {} changes nothing"]),
        ({"sgd": {"svm": {}}}, ["sgd.svm: {} changes nothing"]),
        ({"sgd": {"softmax": {}}}, ["sgd.softmax: {} should be non-empty"]),
        ({"labels": {}}, ["labels: {} should be non-empty"]),
        ({"lables": {}}, ["top level: unknown key 'lables'; did you mean 'labels'?"]),
        ({"blocks": {"hog": {}}}, ["blocks.hog: {} changes nothing"]),
        ({"blocks": {"mine": {"bins": 4}}}, ["blocks.mine: 'feature' is a required property"]),
        (
            {"blocks": {"hog": {"gamma": 1}}, "representations": only(raw=["raw_pixels"])},
            ["blocks.hog: no representation uses it"],
        ),
        ({"sgd": 3}, ["sgd: 3 is not of type 'object'"]),
        ({"seeds": {"a": 1}}, ["seeds: {'a': 1} is not of type 'array'"]),
        ({"blocks": ["hog"]}, ["blocks: ['hog'] is not of type 'object'"]),
        ({"blocks": {"hog": 3}}, ["blocks.hog: 3 is not of type 'object'"]),
    ],
    ids=str,
)
def test_what_changes_or_removes_nothing_is_refused(config, words):
    with refused("config: ", *words):
        complete(config)


def test_a_removed_block_that_nothing_uses_is_gone():
    config = {"blocks": {"hog": None}, "representations": only(raw=["raw_pixels"])}
    assert list(complete(config)["blocks"]) == ["raw_pixels"]


def test_configs_are_laid_over_each_other_in_order():
    first = {
        "run": "first",
        "labels": {"table": "a.csv", "class": "kind"},
        "splits": {"fold1": "test", "fold2": "train"},
        "blocks": {"mine": {"feature": "hog", "gamma": 0.5}},
        "representations": {"mine": ["mine"], "hog": None},
        "sgd": {"epochs": 3, "svm": None},
    }
    second = {
        "run": None,
        "labels": {"class": "species"},
        "splits": {"fold2": None, "fold3": "train"},
        "blocks": {"mine": {"orientations": 5}},
        "sgd": {"batch_size": 8},
    }
    found = complete(first, second)
    assert "run" not in found
    assert found["labels"] == {"table": "a.csv", "class": "species"}
    assert found["splits"] == {"fold1": "test", "fold3": "train"}
    assert (found["blocks"]["mine"]["gamma"], found["blocks"]["mine"]["orientations"]) == (0.5, 5)
    assert list(found["representations"]) == [*(n for n in NAMES if n != "hog"), "mine"]
    assert (found["sgd"]["epochs"], found["sgd"]["batch_size"]) == (3, 8)
    assert "svm" not in found["sgd"]
    gone = {"blocks": {"mine": None}, "representations": {"mine": None}}
    assert list(complete(first, gone)["representations"]) == [n for n in NAMES if n != "hog"]
    with refused("representations.hog: null removes what has this name, but nothing has"):
        complete(first, {"representations": {"hog": None}})
    back = complete(first, {"representations": {"hog": ["hog"]}})
    assert list(back["representations"]) == [*NAMES, "mine"]


def test_a_group_that_was_removed_starts_anew():
    mine = {"representations": {"mine": ["hog"], "hog": ["hog"]}}
    found = complete({"representations": None}, mine)["representations"]
    assert list(found) == ["hog", "mine"], "those of the default stand first wherever they are"
    svm = {"sgd": {"svm": {"l2": [1]}}}
    assert complete({"sgd": {"svm": None}}, svm)["sgd"]["svm"] == {"l2": [1]}
