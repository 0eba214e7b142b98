"""What the lecture is computed on, of classes like clouds, which some columns tell apart."""

import numpy as np

from pipeline.lecture.problem import Problem

C, D = 4, 30
TELLING = 10  # columns that tell the classes apart; the others are noise


def clouds(n: int, spread: float, seed: int = 0, d: int = D) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = np.zeros((C, d))
    centres[:, :TELLING] = np.random.default_rng(7).standard_normal((C, TELLING))
    y = rng.integers(C, size=n)
    return (centres[y] + spread * rng.standard_normal((n, d))).astype(np.float32), y


def overlapping(seed: int = 0) -> Problem:
    """Four overlapping clouds, float32 as they come from the disk."""
    return Problem("clouds", seed, C, *clouds(300, 1.5), *clouds(200, 1.5, seed=1))


def wide() -> Problem:
    """More columns than rows: told apart without a mistake, and badly so."""
    return Problem("clouds", 0, C, *clouds(40, 2, d=120), *clouds(300, 2, seed=1, d=120)).exact()
