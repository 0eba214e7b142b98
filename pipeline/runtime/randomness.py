"""Random number generators that depend only on the seed and on what the numbers are for."""

import numpy as np


def generator(seed: int, purpose: str) -> np.random.Generator:
    """A random number generator of its own for each seed (>= 0) and purpose.

    Stages run in any order and on any machine. If they shared one generator, the numbers of one
    stage would depend on how many another had drawn.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, *purpose.encode()]))
