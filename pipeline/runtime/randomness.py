"""Random numbers that depend on the seed and on what they are for, and on nothing else."""

import numpy as np


def generator(seed: int, purpose: str) -> np.random.Generator:
    """A generator of its own for each (seed, purpose), with seed >= 0.

    Stages run in any order and on any machine; one shared stream would tie the numbers of one to
    how many another has drawn.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, *purpose.encode()]))
