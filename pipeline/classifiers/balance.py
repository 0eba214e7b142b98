"""How much the images of each class count, where classes are to count alike."""

import numpy as np

from pipeline.classifiers.rows import TrainingSet


def balanced(y: np.ndarray, n_classes: int) -> np.ndarray:
    """For each class n / (classes there are * images of the class), float64 (n_classes,).

    y: classes of n images. So weighted, every class counts as much as any other, and the images as
    much as before in all. A class without images gets 0.
    """
    counts = np.bincount(y, minlength=n_classes)
    share = len(y) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return np.where(counts > 0, share, 0.0)


def class_weight(data: TrainingSet, sgd: dict) -> np.ndarray | None:
    """How much the training images of each class count, float32 (C,), or None: all the same."""
    if sgd["class_weight"] == "none":
        return None
    return balanced(data.rows.y[data.training], data.n_classes).astype(np.float32)


def importance(data: TrainingSet, sgd: dict) -> np.ndarray:
    """How much a right answer of each class counts in the choice of settings, float64 (C,).

    By sgd["choose_by"]: accuracy, or balanced accuracy, the mean over classes of the share that is
    right.
    """
    if sgd["choose_by"] == "accuracy":
        return np.ones(data.n_classes)
    return balanced(data.rows.y[data.validation], data.n_classes)


def judges(data: TrainingSet, sgd: dict) -> float:
    """The number of validation images, or that of equal ones whose mean varies as much by chance.

    Source: Kish, Survey Sampling (1965), 11.7.
    """
    each = importance(data, sgd)[data.rows.y[data.validation]]
    return float(each.sum() ** 2 / np.square(each).sum())
