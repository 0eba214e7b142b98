"""The sentences below the summary say what its intervals can tell."""

import numpy as np
import pandas as pd
import pytest

from pipeline.tables.readable import chance
from pipeline.tables.uncertainty import Answers, variation

FEW = "So few seeds or folds hardly tell how much they differ"


def said(n_trials: int, same_images: bool) -> str:
    """Of two rows on 20 test images in each of some trials, which draw them or do not."""
    rng = np.random.default_rng(0)
    right = [rng.random((20, 2)) < 0.8 for _ in range(n_trials)]
    image = [np.arange(20) + (0 if same_images else 5 * j) for j in range(n_trials)]
    answers = Answers(right, image, image, ratio=0.25)
    summary = pd.DataFrame({"test_accuracy_mean": [0.8, 0.7], "n_seeds": n_trials})
    return " ".join(chance(summary, answers, variation(answers), 1))


@pytest.mark.parametrize(("n_trials", "few"), [(1, False), (2, True), (4, True), (5, False)])
def test_few_seeds_that_draw_their_test_images_are_said_to_be_few(n_trials, few):
    assert (FEW in said(n_trials, same_images=False)) == few


def test_seeds_on_the_same_test_images_are_not():
    assert FEW not in said(2, same_images=True)


def test_of_one_seed_it_is_said_that_seeds_were_not_varied():
    assert "Seeds were not varied" in said(1, same_images=True)
    assert "Seeds were not varied" not in said(2, same_images=True)
