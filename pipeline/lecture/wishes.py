"""Which features classes want most: what the sentences on weights are made from."""

import numpy as np

from pipeline.runtime.texts import Texts

NAMED = 3  # classes in a sentence


def strongest(W: np.ndarray) -> list[tuple[int, int]]:
    """The classes with the largest weights, the largest first, and what each wants most.

    W: (m, C). Returns pairs of a feature and a class; NAMED of them at most.
    """
    classes = np.argsort(-W.max(axis=0), kind="stable")[:NAMED]
    return [(int(W[:, j].argmax()), int(j)) for j in classes]


def contested(classifier: str, W: np.ndarray, text: Texts) -> str:
    """How many classes want most what another class wants least, as a sentence. W: (m, C)."""
    most, least = W.argmax(axis=0), W.argmin(axis=0)
    n = sum(
        any(least[other] == wanted for other in range(len(least)) if other != place)
        for place, wanted in enumerate(most)
    )
    return text("contested", n=n, C=len(most), classifier=classifier)
