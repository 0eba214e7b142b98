"""Whether probabilities are right: of the answers given with 80 %, are four in five right?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import softmax

from pipeline.images.parts import is_test
from pipeline.tables.held_out import Scored

BINS = 10  # of equal width, from 0 to 1
COLUMNS = ("temperature", "calibrated", "bin", "n", "confidence", "accuracy")


def calibration(scored: Scored) -> Iterator[tuple]:
    """COLUMNS for each bin of the test images' confidence, without the temperature and with it.

    The confidence is the probability of the predicted class; the bins are numbered from 1, and
    those without images have no confidence and no accuracy.
    """
    mine = is_test(scored.part)
    scores = scored.scores[mine].astype(np.float64)
    right = scores.argmax(axis=1) == scored.y[mine]
    for calibrated, by in ((False, 1.0), (True, scored.temperature)):
        confidence = softmax(scores / by, axis=1).max(axis=1)
        place = np.minimum(BINS - 1, (BINS * confidence).astype(int))
        n = np.bincount(place, minlength=BINS)
        sums = [np.bincount(place, of, BINS) for of in (confidence, right)]
        for i in range(BINS):
            means = [sum_[i] / n[i] if n[i] else "" for sum_ in sums]
            yield (scored.temperature, calibrated, i + 1, int(n[i]), *means)


def calibration_error(table: pd.DataFrame) -> float:
    """The mean distance of accuracy and confidence over the images of one trial's bins, a share.

    Source: Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian
    Binning, 2015.
    """
    full = table[table["n"] > 0]
    off = (full["accuracy"] - full["confidence"]).abs()
    return float((off * full["n"]).sum() / full["n"].sum())
