"""Published accuracies stand beside what they are about, and beside nothing else."""

import csv

import pytest
import yaml
from support.project import ROOT, only

from pipeline import catalogue
from pipeline.plan import Plan
from pipeline.published import FACTS, facts, matches
from pipeline.sources import known
from pipeline.tables.published import published


def beside(**config) -> set[tuple[str, str]]:
    """Which facts stand beside which representations."""
    plan = Plan({"data": "cifar10", **config})
    found = matches(plan.config, plan.pairs)
    return {
        (facts()[int(place)]["what"], name) for place, names in found.items() for name in names
    }


def test_every_fact_is_whole_and_can_be_looked_up():
    for fact in facts():
        assert fact["data"] in known.table()
        ends = [float(end) for end in fact["published"].split("-")]
        assert len(ends) in (1, 2)
        assert 0 < ends[0] <= ends[-1] < 1
        assert fact["what"]
        assert fact["source"]
        assert bool(fact["blocks"]) == bool(fact["classifiers"])
        assert set(fact["classifiers"].split()) <= set(catalogue.classifiers())
        for block in yaml.safe_load(fact["blocks"] or "[]"):
            assert block["feature"] in catalogue.features()


def test_a_fact_only_names_settings_that_its_feature_has():
    """A name that is misspelt would match nothing, without a word."""
    for fact in facts():
        for block in yaml.safe_load(fact["blocks"] or "[]"):
            rules = catalogue.features()[block["feature"]]["settings"]
            for key in set(block) - {"feature"}:
                assert key in rules
                if isinstance(block[key], dict):
                    assert set(block[key]) <= set(rules[key]["properties"])


def test_the_main_job_on_cifar10_stands_beside_what_it_is_made_of():
    """Its codebook has 256 words, of which nothing was published."""
    assert beside() == {
        ("raw pixels, softmax", "raw_pixels"),
        ("raw pixels, SVM", "raw_pixels"),
        ("HOG of 324 numbers, linear classifier", "hog"),
    }


def test_the_name_of_a_representation_does_not_matter():
    blocks = {"mine": {"feature": "hog"}, "shapes": {"feature": "hog", "pixels_per_cell": 4}}
    named = only(raw_pixels=["mine"], hog=["shapes"])
    found = beside(blocks=blocks, representations=named)
    assert found == {("HOG of 324 numbers, linear classifier", "raw_pixels")}


def test_settings_within_groups_count():
    words = {"feature": "bag_of_words", "codebook": {"words": 1600}, "encoding": "triangle"}
    rerun = (
        "k-means, 1,600 words, rerun of the experiment of Coates, Lee and Ng, linear classifier"
    )
    alone = {"blocks": {"words": words}, "representations": only(words=["words"])}
    assert beside(**alone) == {(rerun, "words")}
    words["encoding"] = "hard"
    assert beside(**alone) == set()


def test_blocks_must_be_the_same_in_any_order_and_none_more():
    blocks = {"lbp": {"feature": "local_binary_patterns"}}
    three = ["lbp", "hog", "color_histogram"]
    what = "HOG, colour histogram and LBP of other settings, logistic regression; "
    what += "on validation images"
    assert beside(blocks=blocks, representations=only(three=three)) == {(what, "three")}
    assert beside(blocks=blocks, representations=only(more=[*three, "raw_pixels"])) == set()
    assert beside(blocks=blocks, representations=only(less=three[:2])) == set()


def test_facts_stand_beside_their_classifiers_only():
    assert beside(classifiers=["softmax"], representations=only(raw=["raw_pixels"])) == {
        ("raw pixels, softmax", "raw")
    }


def test_a_copy_of_the_data_is_not_taken_for_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("cat", "dog"):
        (tmp_path / "cifar10" / name).mkdir(parents=True)
    assert beside(data="./cifar10") == set()
    assert beside(data="photos") == set()


@pytest.mark.parametrize(
    "change", [{"folds": 5}, {"image_size": 16}, {"duplicates": "drop_from_test"}]
)
def test_other_test_images_than_those_published_are_not_compared(change):
    assert beside(**change) == set()


def test_the_table_puts_ours_beside_theirs(tmp_path):
    summary = (
        "representation,classifier,test_accuracy_mean\nmajority,,0.1\n"
        "raw,svm,0.3812345\nraw,softmax,0.4\nhog,softmax,0.5\n"
    )
    (tmp_path / "summary.csv").write_text(summary)
    theirs = [
        ("cifar10", "x", "softmax", "0.35-0.39", "pixels, softmax", "a course"),
        ("cifar10", "x", "svm softmax", "0.5", "pixels, linear", "a paper"),
        ("cifar10", "x", "svm", "0.9", "another", "another"),
    ]
    with open(tmp_path / "facts.csv", "w", newline="") as file:
        columns = ("data", "blocks", "classifiers", "published", "what", "source")
        csv.writer(file).writerows([columns, *theirs])
    table = tmp_path / "published.csv"
    beside = {"1": ["raw"], "0": ["raw"]}
    published(tmp_path / "summary.csv", tmp_path / "facts.csv", beside, table)
    assert table.read_text().splitlines() == [
        "data,representation,classifier,accuracy,published,what,source",
        'cifar10,raw,svm,0.3812345,0.5,"pixels, linear",a paper',
        'cifar10,raw,softmax,0.4,0.35-0.39,"pixels, softmax",a course',
        'cifar10,raw,softmax,0.4,0.5,"pixels, linear",a paper',
    ]


def test_the_facts_are_where_the_rule_looks_for_them():
    assert FACTS == ROOT / "config/published.csv"
