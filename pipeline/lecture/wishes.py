"""Which features classes want most: what the sentences on weights are made from."""

import numpy as np

NAMED = 3  # classes in a sentence


def strongest(W: np.ndarray) -> list[tuple[int, int]]:
    """The classes with the largest weights, the largest first, and what each wants most.

    W: (m, C). Returns pairs of a feature and a class; NAMED of them at most.
    """
    classes = np.argsort(-W.max(axis=0), kind="stable")[:NAMED]
    return [(int(W[:, j].argmax()), int(j)) for j in classes]


def contested(W: np.ndarray) -> int:
    """How many classes want most what another class wants least. W: (m, C)."""
    most, least = W.argmax(axis=0), W.argmin(axis=0)
    return sum(any(least[other] == wanted for other in range(len(least)) if other != place)
               for place, wanted in enumerate(most))  # fmt: skip
