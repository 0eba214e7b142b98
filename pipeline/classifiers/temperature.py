"""The temperature that makes probabilities of scores: fitted, so that they can be believed."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

WIDEST = 12.0  # the search goes from e^-12 to e^12 times the scores' own spread


def fit(scores: np.ndarray, y: np.ndarray) -> float:
    """The T with which softmax(scores / T) fits the classes y best: the least log loss.

    scores: (n, C) of images that were not trained on; y: int (n,). Classes are taken to be known
    a little less than surely, by one image in n + 2, or scores that are all right would make every
    probability 1. Sources: Guo et al., On Calibration of Modern Neural Networks, 2017; Platt,
    Probabilistic Outputs for Support Vector Machines, 1999, for the doubt.
    """
    spread = float(np.std(scores - scores.mean(axis=1, keepdims=True), dtype=np.float64))
    if not spread:  # all scores of an image are equal: so are its probabilities, for any T
        return 1.0
    doubt, rows = 1 / (len(y) + 2), np.arange(len(y))
    scores = scores.astype(np.float64)

    def loss(log_t: float) -> float:
        logs = log_softmax(scores / (spread * np.exp(log_t)), axis=1)
        return -float((1 - doubt) * logs[rows, y].mean() + doubt * logs.mean())

    found = minimize_scalar(loss, bounds=(-WIDEST, WIDEST), method="bounded")
    return spread * float(np.exp(found.x))
