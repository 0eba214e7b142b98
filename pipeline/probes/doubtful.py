"""Labels that the other images contradict, by confident learning.

Source: Northcutt, Jiang, Chuang, Confident Learning: Estimating Uncertainty in Dataset Labels,
2021.
"""

from typing import NamedTuple

import numpy as np


class Doubtful(NamedTuple):
    """Images whose label is doubtful, the most doubtful first. place: int (k,) among them.
    other: the class that they seem to be of, int (k,). score: how much more probable it is than
    that of the label, float64 (k,), above 0, up to 1.
    """

    place: np.ndarray
    other: np.ndarray
    score: np.ndarray


def doubtful(probabilities: np.ndarray, y: np.ndarray) -> Doubtful:
    """The images that are counted off the diagonal of the confident joint.

    probabilities: (n, C), of each image by a classifier that has not seen it; y: int (n,), labels.
    An image counts as of a class where its probability of that class is at least the mean of those
    that bear the label, and of several such classes as of the most probable one.
    """
    n, n_classes = probabilities.shape
    counts = np.bincount(y, minlength=n_classes)
    own = np.bincount(y, probabilities[np.arange(n), y], n_classes) / np.maximum(counts, 1)
    thresholds = np.where(counts > 0, own, np.inf)  # a class without images is no image's
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    guess = confident.argmax(axis=1)
    surplus = probabilities[np.arange(n), guess] - probabilities[np.arange(n), y]
    found = np.flatnonzero((confident.max(axis=1) >= 0) & (guess != y) & (surplus > 0))
    order = found[np.argsort(-surplus[found], kind="stable")]
    return Doubtful(order, guess[order], surplus[order])
