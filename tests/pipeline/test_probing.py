"""Which jobs audit the data and disturb images, and what they are told."""

import pytest

from pipeline import catalogue
from pipeline.plan import Plan
from pipeline.probes.disturbances import DISTURBANCES
from pipeline.probing import Audit, Invariance

TRIAL = {"seed": 3}


def plan(**config) -> Plan:
    return Plan({"data": "photos", "seeds": [3, 4], **config})


def test_neighbours_are_sought_by_the_first_block_that_is_fitted():
    audit = Audit(plan())
    assert audit.block == "bag_of_words"
    told = audit.one_block(TRIAL)
    assert (told["name"], told["blocks"]) == (
        "bag_of_words",
        ["work/photos/seed3/blocks/bag_of_words"],
    )


def test_without_one_by_the_first_block():
    gone = dict.fromkeys(["bag_of_words", "engineered", "everything", "raw_pixels"])
    audit = Audit(plan(representations=gone))
    assert audit.block == "color_histogram"
    assert audit.one_block(TRIAL)["blocks"] == ["work/photos/blocks/color_histogram"]


def test_the_first_trial_is_audited_in_four_folds():
    assert Audit(plan()).scores() == [
        f"work/photos/seed3/audit/fold-{n}.npz" for n in (1, 2, 3, 4)
    ]
    first = Audit(plan(folds=2)).scores()[0]
    assert first == "work/photos/seed3-fold1/audit/fold-1.npz"


def test_representations_in_the_order_of_the_config_judge_labels():
    audit = Audit(plan())
    told = audit.judged_with(TRIAL)
    names = [name for name, _ in told["representations"]]
    assert names == [
        "raw_pixels",
        "color_histogram",
        "hog",
        "bag_of_words",
        "engineered",
        "everything",
    ]
    assert set(told["where"]) == {
        *("views", "shard_size", "labels", "classes", "parts", "images"),
    }
    assert told["accuracies"] == "work/photos/seed3/results/{representation}/accuracy.csv"


@pytest.mark.parametrize(
    "taught", [["hog"], ["raw_pixels", "color_histogram", "hog", "bag_of_words"]]
)
def test_features_that_know_the_labels_do_not_judge_them(monkeypatch, taught):
    for feature in taught:
        monkeypatch.setitem(catalogue.features()[feature], "knows", "labels of these images")
    audit = Audit(plan())
    left = ["raw_pixels", "color_histogram", "bag_of_words"] if len(taught) == 1 else []
    assert audit.judging == left
    assert len(audit.scores()) == (4 if left else 0)
    assert audit.settings()["judging"] == left


def test_a_job_for_each_disturbance_and_trial_each_block_once():
    found = Invariance(plan(folds=2))
    assert len(set(found.records())) == len(DISTURBANCES) * 2 * 2
    told = found.scored_with({"seed": 3, "fold": 2})
    assert list(told["blocks"]) == ["raw_pixels", "color_histogram", "hog", "bag_of_words"]
    assert told["representations"][4] == ("engineered", ["color_histogram", "hog", "bag_of_words"])
    assert told["classifiers"]["hog"] == [
        {"name": "svm", "module": "linear"},
        {"name": "softmax", "module": "linear"},
    ]
    models = found.models({"seed": 3, "fold": 2})
    assert "work/photos/seed3-fold2/results/hog/model.npz" in models
    assert len(models) == 6 + 1
