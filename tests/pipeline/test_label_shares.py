"""Which jobs measure label efficiency, and which representations take no part."""

import pytest
from support.classifiers import plan

from features.errors import BadInput
from pipeline import catalogue
from pipeline.label_shares import LabelShares, Point
from pipeline.settings import complete


def shares_of(**label_efficiency) -> LabelShares:
    planned = plan()
    planned.config["label_efficiency"] = {"lecture": False, **label_efficiency}
    return LabelShares(planned)


def test_a_job_for_each_representation_share_and_draw():
    found = shares_of(shares=[1, 0.05], draws=[1, 2])
    assert found.points == [Point(0.05, 1), Point(0.05, 2), Point(1, 1)]
    records = found.records()
    assert len(records) == len(set(records)) == 3 * len(found.plan.representations)
    assert records[0].endswith("seed0/results/raw_pixels/labels/0.05-1/accuracy.csv")


def test_features_that_know_the_labels_take_no_part(monkeypatch):
    monkeypatch.setitem(catalogue.features()["hog"], "knows", "labels of these images")
    found = shares_of(shares=[1], draws=[1])
    assert found.taking == ["raw_pixels", "color_histogram", "bag_of_words"]
    assert found.left_out() == ["hog", "engineered", "everything"]
    assert set(found.settings()["knows"]) == set(found.taking)


def test_each_share_needs_its_number_of_draws():
    with pytest.raises(BadInput, match=r"label_efficiency\.draws: 5 numbers for 2 shares"):
        complete({"label_efficiency": {"shares": [0.1, 1]}})
    with pytest.raises(BadInput, match=r"label_efficiency\.shares"):
        complete({"label_efficiency": {"shares": [0, 1], "draws": [1, 1]}})
