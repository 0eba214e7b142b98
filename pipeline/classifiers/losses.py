"""Loss functions of classifiers, each with its gradient with respect to the scores.

A loss is a function in this module; the YAML of a classifier names it.

Scores have shape (n, C, ...): n images, C classes, and any further axes, along which independent
classifiers (settings of a grid) stand side by side. Source: CS231n, Linear Classification.
"""

from collections.abc import Callable
from functools import partial

import numpy as np


def svm(scores: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiclass SVM loss (Weston-Watkins 1999): sum over wrong classes of max(0, s_j - s_y + 1).

    scores: float (n, C, ...); y: int (n,). Returns the loss of each image (n, ...) and its
    gradient (n, C, ...). At the hinge's kink, which has no gradient, that of the flat side is
    taken.
    """
    correct = np.arange(len(y)), y
    margins = scores - scores[correct][:, None]
    margins += 1
    margins[correct] = 0  # the correct class has no margin to itself
    np.maximum(margins, 0, out=margins)
    loss = margins.sum(axis=1)
    gradient = np.sign(margins, out=margins)
    gradient[correct] = -gradient.sum(axis=1)
    return loss, gradient


def softmax(scores: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Softmax cross-entropy loss: minus the log of the correct class's probability.

    Shapes as in `svm`. Scores are shifted by their maximum first, so that none overflows.
    """
    correct = np.arange(len(y)), y
    shifted = scores - scores.max(axis=1, keepdims=True)
    own = shifted[correct]
    gradient = np.exp(shifted, out=shifted)
    total = gradient.sum(axis=1)
    loss = np.log(total) - own
    gradient /= total[:, None]
    gradient[correct] -= 1
    return loss, gradient


def rounded_svm(scores: np.ndarray, y: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """The SVM loss with parabolas of this width in place of its kinks; nowhere above `svm`.

    Shapes as in `svm`. Source: Chapelle, Training a Support Vector Machine in the Primal (2007).
    """
    correct = np.arange(len(y)), y
    margins = scores - scores[correct][:, None] + np.float32(1)
    margins[correct] = 0
    gradient = np.clip(margins / np.float32(width), 0, 1)
    loss = (gradient * (margins - np.float32(width / 2) * gradient)).sum(axis=1)
    gradient[correct] = -gradient.sum(axis=1)
    return loss, gradient


Loss = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def named(name: str) -> Loss:
    """The loss function of that name."""
    return globals()[name]


def has_kinks(name: str) -> bool:
    """Whether the gradient of a loss jumps, so that it does not fade near the optimum."""
    return name == "svm"


def rounded(name: str, widths: tuple[float, ...]) -> list[Loss]:
    """A loss with a kink, rounded with each of the widths; a loss without one, as it is."""
    if has_kinks(name):
        return [partial(rounded_svm, width=width) for width in widths]
    return [named(name)]


def objective(
    W: np.ndarray, b: np.ndarray, X: np.ndarray, y: np.ndarray, l2: float, loss: str
) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean loss over the rows of X (n, d) plus l2 times the squared norm of W.

    W: (d, C); b: (C,), which is not penalised. loss: the name of a function here. Returns the
    objective and its gradients with respect to W and b, shaped like them.
    """
    values, gradient = named(loss)(X @ W + b, y)
    gradient /= len(X)
    total = values.mean(dtype=np.float64) + l2 * np.sum(W * W, dtype=np.float64)
    return float(total), X.T @ gradient + 2 * l2 * W, gradient.sum(axis=0)
