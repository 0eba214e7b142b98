"""Weights that make classes count alike, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classifiers.balance import balanced, importance, judges

Y = np.array([0, 0, 0, 0, 0, 0, 1, 1, 3])  # 6, 2, 0 and 1 images of 4 classes
# As validation images, after two others.
VALIDATED = SimpleNamespace(
    rows=SimpleNamespace(y=np.array([2, 2, *Y])), validation=np.arange(2, 11), n_classes=4
)


def test_a_class_with_half_as_many_images_weighs_twice_as_much():
    np.testing.assert_allclose(balanced(Y, 4), [9 / (3 * 6), 9 / (3 * 2), 0, 9 / 3])


@given(st.lists(st.integers(0, 4), min_size=1), st.integers(5, 7))
def test_all_images_weigh_as_much_as_before_and_each_class_as_any_other(y, n_classes):
    weight = balanced(np.array(y), n_classes)
    total = np.bincount(y, weights=weight[y], minlength=n_classes)
    assert total.sum() == pytest.approx(len(y))
    assert np.allclose(total[total > 0], total.max())


def test_right_answers_so_weighted_are_the_mean_recall():
    right = np.array([1, 1, 1, 0, 0, 0, 1, 0, 1], bool)
    recalls = [3 / 6, 1 / 2, 1]
    weight = importance(VALIDATED, {"choose_by": "balanced_accuracy"})
    assert np.mean(weight[Y] * right) == pytest.approx(np.mean(recalls))
    weight = importance(VALIDATED, {"choose_by": "accuracy"})
    assert np.mean(weight[Y] * right) == right.mean()


def test_unequal_weights_are_worth_fewer_images():
    assert judges(VALIDATED, {"choose_by": "accuracy"}) == len(Y)
    # The variance of the mean recall, with the same share p right in each class, is
    # p (1 - p) (1/6 + 1/2 + 1) / 9, which is p (1 - p) / n for this n:
    by = {"choose_by": "balanced_accuracy"}
    assert judges(VALIDATED, by) == pytest.approx(9 / (1 / 6 + 1 / 2 + 1))
