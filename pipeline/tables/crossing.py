"""From how many labels on one accuracy is above another, and how sure that is."""

import numpy as np

RESAMPLINGS = 1000  # of the draws


def crossing(labels: np.ndarray, difference: np.ndarray) -> float:
    """The number of labels from which on a difference (k,) stays above 0.

    labels: increasing (k,). Between two points the difference is taken to be straight over the
    logarithm of labels. The least of the labels if it is above 0 everywhere; infinite if it is
    not at the last.
    """
    below = np.flatnonzero(difference <= 0)
    if not len(below):
        return float(labels[0])
    i = int(below[-1])
    if i == len(labels) - 1:
        return float("inf")
    share = -difference[i] / (difference[i + 1] - difference[i])
    return float(np.exp(np.interp(share, [0, 1], np.log(labels[i : i + 2]))))


def resampled(labels: np.ndarray, draws: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Crossings (RESAMPLINGS,) of the mean differences, with draws drawn anew with replacement.

    draws: for each of the labels (k,) the differences of its draws. Where there is one draw alone,
    it stays as it is. Source: Efron, Bootstrap Methods: Another Look at the Jackknife, 1979.
    """
    means = [
        each[rng.integers(len(each), size=(RESAMPLINGS, len(each)))].mean(axis=1) for each in draws
    ]
    return np.array([crossing(labels, row) for row in np.stack(means, axis=1)])
