"""How answers are judged: on which images, and by which numbers."""

import numpy as np

from pipeline.images.parts import PARTS, SEEN, TEST, members

JUDGED = ("split", "n", "accuracy", "balanced_accuracy", "loss")  # the last columns of a record


def judged_parts(part: np.ndarray) -> dict[str, np.ndarray]:
    """The images of each part, and of test also those alone that were not seen in training.

    part: int8 (n,). There are the latter only where some test images have the pixels of others.
    """
    found = {name: members(part, number) for number, name in enumerate(PARTS)}
    if (part == SEEN).any():
        found["test_unseen"] = np.flatnonzero(part == TEST)
    return found


def judged(y: np.ndarray, predicted: np.ndarray) -> tuple[int, float, float]:
    """How many images there are, accuracy, and balanced accuracy; y, predicted: int (n,).

    Both are shares of 1. Balanced accuracy is the mean over classes of the share of a class's
    images that is right (Brodersen et al., The Balanced Accuracy and Its Posterior Distribution,
    2010); classes without images have no say.
    """
    right, counts = predicted == y, np.bincount(y)
    there = counts > 0
    shares = np.bincount(y[right], minlength=len(counts))[there] / counts[there]
    return len(y), float(np.mean(right)), float(np.mean(shares))
