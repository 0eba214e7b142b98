"""Labels that the other images contradict, by confident learning.

Source: Northcutt, Jiang, Chuang, Confident Learning: Estimating Uncertainty in Dataset Labels,
2021.
"""

from typing import NamedTuple

import numpy as np


class Doubtful(NamedTuple):
    """Images whose label is doubtful, the most doubtful first. place: int (k,) among them.
    other: the class that they seem to be of, int (k,). score: 1 less the probability of the label,
    float64 (k,).
    """

    place: np.ndarray
    other: np.ndarray
    score: np.ndarray


def doubtful(probabilities: np.ndarray, y: np.ndarray) -> Doubtful:
    """As many images as there are wrong labels by estimate: those whose label is least probable.

    probabilities: (n, C), of each image by a classifier that has not seen it; y: int (n,), labels.
    Only images are listed of which another class is more probable than the label.
    """
    own = probabilities[np.arange(len(y)), y]
    guess = probabilities.argmax(axis=1)
    found = np.flatnonzero(guess != y)
    order = found[np.argsort(own[found], kind="stable")][: round(wrong_labels(probabilities, y))]
    return Doubtful(order, guess[order], 1 - own[order])


def wrong_labels(probabilities: np.ndarray, y: np.ndarray) -> float:
    """How many labels are wrong, by the confident joint: its sum off the diagonal.

    An image counts as of a class where its probability of that class is at least the mean of those
    that bear the label, and of several such classes as of the most probable one. Counts of each
    label are scaled to the number of images that bear it.
    """
    n, n_classes = probabilities.shape
    counts = np.bincount(y, minlength=n_classes)
    own = np.bincount(y, probabilities[np.arange(n), y], n_classes) / np.maximum(counts, 1)
    thresholds = np.where(counts > 0, own, np.inf)  # a class without images is no image's
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    sure = confident.max(axis=1) >= 0
    joint = np.zeros((n_classes, n_classes))
    np.add.at(joint, (y[sure], confident.argmax(axis=1)[sure]), 1)
    joint *= (counts / np.maximum(joint.sum(axis=1), 1))[:, None]
    return float(joint.sum() - np.trace(joint))
