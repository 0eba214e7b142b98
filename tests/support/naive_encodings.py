"""The encodings as their formulas say them: one patch, word by word, in double precision."""

import numpy as np

ENCODINGS = {
    "hard": {},
    "triangle": {},
    "soft_threshold": {"threshold": 0.3},
    "nearest": {"neighbours": 3},
}


def distances(x: np.ndarray, words: np.ndarray) -> list[float]:
    return [float(np.sqrt(((x - word) ** 2).sum())) for word in words.astype(float)]


def says(x: np.ndarray, words: np.ndarray, encoding: str, threshold=None, neighbours=1) -> list:
    """What a patch says about each word."""
    z = distances(x, words)
    if encoding == "triangle":
        return [max(0.0, sum(z) / len(z) - z_k) for z_k in z]
    if encoding == "soft_threshold":
        lengths = [float(np.sqrt((word.astype(float) ** 2).sum())) for word in words]
        products = [
            float(x @ word.astype(float)) / length
            for word, length in zip(words, lengths, strict=True)
        ]
        return [max(0.0, sign * p - threshold) for sign in (1, -1) for p in products]
    order = sorted(range(len(z)), key=z.__getitem__)  # of several as near, the first
    return [float(k in order[:neighbours]) for k in range(len(z))]


def is_clear(x: np.ndarray, words: np.ndarray, encoding: str, neighbours=1, **_) -> bool:
    """Whether no rounding can change which words are in."""
    z = sorted(distances(x, words))
    discrete = encoding in ("hard", "nearest") and neighbours < len(z)
    return not discrete or z[neighbours] - z[neighbours - 1] > 1e-3 * z[neighbours]
