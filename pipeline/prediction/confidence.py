"""How sure an answer is: its probability, and the one from which on answers can be relied on."""

import numpy as np

WANTED = 0.95  # of the answers that are not unsure, the share that is to be right
DEVIATIONS = 1.2816  # of the normal distribution, one-sided: the bound holds in 90 of 100 cases


def probabilities(scores: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(scores / temperature), float64 (n, C); scores (n, C), see `temperature.fit`."""
    logits = scores.astype(np.float64) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def threshold(probability: np.ndarray, right: np.ndarray) -> float | None:
    """The least probability from which on WANTED of the answers are right; None if there is none.

    probability: of the answers to validation images, (n,); right: which of them are, bool (n,). Of
    those at or above the threshold, the lower bound of the share that is right is at least WANTED:
    of few answers more have to be right, 32 of 32. The bound is Wilson's, Probable Inference, the
    Law of Succession, and Statistical Inference, 1927.
    """
    order = np.argsort(-probability, kind="stable")
    sorted_, n_right = probability[order], np.cumsum(right[order])
    enough = lower_bound(n_right, np.arange(1, len(order) + 1)) >= WANTED
    last = np.append(sorted_[1:] != sorted_[:-1], True)  # of equal probabilities all count
    found = sorted_[enough & last[: len(order)]]
    return float(found.min()) if len(found) else None


def lower_bound(right: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Wilson's bound of a share, of which `right` of n were seen."""
    p, z = right / n, DEVIATIONS
    centre = p + z**2 / (2 * n)
    return (centre - z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)
