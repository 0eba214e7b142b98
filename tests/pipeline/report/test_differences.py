"""Differences between rows, read either way round."""

import pandas as pd
import pytest

from pipeline.report.differences import Differences

COLUMNS = [
    *("representation", "classifier", "other_representation", "other_classifier"),
    *("n_images", "n_seeds", "difference", "low", "high", "only_first_right"),
    *("only_other_right", "p", "p_holm", "told_apart"),
]
ROW = ["hog", "svm", "NA", "svm", "100", "1", "0.1", "0.05", "0.16", "15", "5", "0.01", "0.02"]
TABLE = pd.DataFrame([[*ROW, "true"]], columns=COLUMNS)


def test_a_pair_is_found_either_way_round():
    found = Differences(TABLE)
    there, back = (found.between(*pair) for pair in ((A, B), (B, A)))
    assert there[:5] == pytest.approx((0.1, 0.05, 0.16, 15, 5))
    assert back[:5] == pytest.approx((-0.1, -0.16, -0.05, 5, 15))
    assert there.told_apart
    assert back.told_apart
    assert back.p == 0.02
    assert found.n_images == 100


A, B = ("hog", "svm"), ("NA", "svm")


def test_a_pair_that_is_not_there_is_none():
    assert Differences(TABLE).between(A, ("hog", "softmax")) is None
    assert Differences(TABLE.iloc[:0]).between(A, B) is None
