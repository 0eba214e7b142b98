"""The data that the lecture is computed on: standardised rows of one representation, in memory."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.runtime.store import read_arrays, write_arrays


class Problem(NamedTuple):
    """Rows of training images, and rows of held-out images, which nothing is fitted to.

    X: float32 (n, d), y: int (n,), the classes. X_held_out, y_held_out: the same, held out.
    """

    representation: str
    seed: int
    n_classes: int
    X: np.ndarray
    y: np.ndarray
    X_held_out: np.ndarray
    y_held_out: np.ndarray

    def first(self, n: int) -> "Problem":
        """The first n training rows only: a fair sample, as images are in random order."""
        return self._replace(X=self.X[:n], y=self.y[:n])

    def exact(self) -> "Problem":
        """The same in float64, in which a difference of two close losses still has true digits."""
        return self._replace(
            X=self.X.astype(np.float64), X_held_out=self.X_held_out.astype(np.float64)
        )


def write(path: Path, problem: Problem) -> None:
    write_arrays(path, {name: np.asarray(value) for name, value in problem._asdict().items()})


def read(path: Path) -> Problem:
    arrays = read_arrays(path)
    rows = (arrays[name] for name in ("X", "y", "X_held_out", "y_held_out"))
    seed, n_classes = (int(arrays[name]) for name in ("seed", "n_classes"))
    return Problem(str(arrays["representation"]), seed, n_classes, *rows)


def accuracy(scores: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(scores.argmax(axis=1) == y))


def margins(scores: np.ndarray, y: np.ndarray) -> np.ndarray:
    """By how much the correct class's score exceeds the best other score, float (n,)."""
    others = scores.copy()
    np.put_along_axis(others, y[:, None], -np.inf, axis=1)
    return scores[np.arange(len(y)), y] - others.max(axis=1)
