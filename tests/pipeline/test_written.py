"""The config that is written beside the results is whole, and leads to itself."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.project import ROOT, only

from pipeline.settings import complete
from pipeline.written import as_given, as_yaml

PROJECT = [
    yaml.safe_load(path.read_text())
    for path in sorted((ROOT / "config").glob("*.yaml"))
    if path.name != "schema.yaml"
]
NO_SVM = {"svm": None}
ODD = ["NA", "no", "1e5", "1e-5", "2024", "2024-01-01", "1:30", "null", "~", " a ", "画像 ü", "#1"]
ODD += [
    "{ü}",
    "'",
    '"',
    "a: b",
    "- a",
    "😀",
    "\u2028",
    "\x85",
    "\ufeff",
    "b\udcff",
    "a" * 200,
    "a b " * 60,
]


def order(config: dict) -> str:
    """The config as text, in which the order of its keys counts: tables have their rows in it."""
    return json.dumps(config)


def leads_to_itself(*configs: dict) -> None:
    config = complete(*configs)
    text = as_yaml(config, "results/mine/config.yaml")
    assert text.startswith("# ")
    text.encode()
    assert order(complete(yaml.safe_load(text))) == order(config)


@pytest.mark.parametrize(
    "config",
    [
        *PROJECT,
        {},
        {"run": "no", "seeds": [3, 1], "scales": [1, 0.87], "flips": True},
        {"splits": {"no": "test", "2024": "train"}, "ignore": ["1e5"], "layout": ["{class}/*"]},
        {"labels": "labels.csv"},
        {"labels": {"table": "labels.csv", "class": "null"}},
        {"representations": {"everything": None, "hog": ["raw_pixels", "hog"], "a": ["hog"]}},
        {
            "representations": only(zebra=["hog"], ant=["raw_pixels"]),
            "blocks": {"hog": {"gamma": 1}},
        },
        {"blocks": {"bag_of_words": {"codebook": {"method": "random", "whitening": None}}}},
        {"blocks": {"bag_of_words": {"encoding": "soft_threshold", "threshold": 1}}},
        {"blocks": {"hog": {"feature": "raw_pixels"}}},
        {"classifiers": ["softmax"]},
        {"sgd": {"epochs": 2, "learning_rates": [1.0e-30, 1.0e30, 1e16], **NO_SVM}},
        {"sgd": {"svm": {"learning_rates": None, "l2": [0]}}},
    ],
    ids=range(len(PROJECT) + 13),
)
def test_a_config_leads_to_itself(config):
    leads_to_itself(config)


def test_what_was_removed_and_came_back_leads_to_itself():
    gone = {"representations": {"hog": None, "mine": ["hog"]}, "sgd": NO_SVM}
    leads_to_itself(gone, {"representations": {"hog": ["hog"]}, "sgd": {"svm": {"l2": [1]}}})
    leads_to_itself({"representations": None}, {"representations": {"mine": ["hog"]}})


@pytest.mark.parametrize("text", ODD)
def test_text_comes_back_as_it_was(text):
    leads_to_itself({"file_name": text, "ignore": [text], "splits": {text: "test"}})


def test_it_is_whole_but_for_settings_that_do_not_apply():
    config = complete({"representations": {"everything": None}, "classifiers": ["softmax"]})
    written = as_given(config)
    assert written["representations"] == {**config["representations"], "everything": None}
    assert written["sgd"] == {**config["sgd"], "svm": None}
    words = config["blocks"]["bag_of_words"]
    missing = words.keys() - written["blocks"]["bag_of_words"].keys()
    assert missing == {"threshold", "neighbours"}
    assert {key: words[key] for key in missing} == dict.fromkeys(missing)
    rest = config.keys() - {"representations", "sgd", "blocks"}
    assert {key: written[key] for key in rest} == {key: config[key] for key in rest}


LISTS = st.lists(st.floats(1e-30, 1e30), min_size=1, unique=True)
OWN = st.fixed_dictionaries({}, optional={"learning_rates": LISTS | st.none(), "l2": LISTS})
SGD = st.fixed_dictionaries(
    {"epochs": st.integers(1, 100)},
    optional={"momentum": st.floats(0, 0.99), "l2": LISTS, "svm": st.none() | OWN.filter(bool)},
)
WORDS = st.fixed_dictionaries(
    {"encoding": st.sampled_from(["hard", "soft_threshold"])},
    optional={
        "codebook": st.fixed_dictionaries(
            {"method": st.sampled_from(["kmeans", "random"])},
            optional={"contrast_offset": st.none() | st.floats(1, 9)},
        )
    },
)
NAMES = ["raw_pixels", "color_histogram", "hog", "engineered", "zebra", "ant"]
BLOCKS = st.lists(st.sampled_from(["hog", "raw_pixels"]), min_size=1, unique=True)
CONFIGS = st.fixed_dictionaries(
    {"representations": st.dictionaries(st.sampled_from(NAMES), BLOCKS, min_size=1)},
    optional={
        "sgd": SGD,
        "blocks": st.fixed_dictionaries({"bag_of_words": WORDS}),
        "seeds": st.lists(st.integers(0, 99), min_size=1, unique=True),
        "file_name": st.text(min_size=1),
    },
)


@given(CONFIGS, st.sets(st.sampled_from(["raw_pixels", "hog", "everything"])))
def test_any_config_leads_to_itself(config, removed):
    kept = {k: v for k, v in config["representations"].items() if k not in removed}
    gone = dict.fromkeys(removed)
    leads_to_itself({**config, "representations": {**kept, **gone}} if kept or gone else {})
