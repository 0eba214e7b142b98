"""The grid of settings that a classifier is trained with, and the choice of the best of them."""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np

# What is known of each setting after each epoch: of the training rows as they were met, while the
# weights were changing, and of the validation rows.
CURVES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


class Setting(NamedTuple):
    """One point of a classifier's grid.

    values: of the settings that are swept, by name. fixed: of its own that are not.
    """

    classifier: str
    loss: str
    values: dict[str, float]
    fixed: dict[str, object]


class Trained(NamedTuple):
    """What training a grid of S settings gives.

    curves: float64 (epochs, 4, S), in the order of CURVES. diverged: bool (S,), for those that
    found no end. model: of the i-th setting, the arrays that `scores` needs, by name.
    """

    curves: np.ndarray
    diverged: np.ndarray
    model: Callable[[int], dict[str, np.ndarray]]

    def only(self, index: list[int]) -> "Trained":
        """What is known of some of the settings."""
        return Trained(
            self.curves[:, :, index], self.diverged[index], lambda i: self.model(index[i])
        )


def make_grid(classifiers: list[dict]) -> list[Setting]:
    """All combinations of the values of each classifier, as `Plan.classifiers` describes them."""
    grid = []
    for each in classifiers:
        names, lists = [name for name, _ in each["swept"]], [values for _, values in each["swept"]]
        for values in product(*lists):
            values_of = dict(zip(names, values, strict=True))
            grid.append(Setting(each["name"], each["loss"], values_of, each["settings"]))
    return grid


def swept(classifiers: list[dict]) -> list[str]:
    """The names of all settings that any of the classifiers sweeps: columns of the tables."""
    return list(dict.fromkeys(name for each in classifiers for name, _ in each["swept"]))


def choose(grid: list[Setting], accuracy: np.ndarray, diverged: np.ndarray) -> int:
    """The setting with the best validation accuracy; of equal ones the most regular, then slow.

    Raises ValueError where every setting diverged.
    """

    def rank(i: int) -> tuple[float, float, float]:
        values = grid[i].values
        return accuracy[i], values.get("l2", 0), -values.get("learning_rate", 0)

    return max((i for i in range(len(grid)) if not diverged[i]), key=rank)


def at_edge(setting: Setting, grid: list[Setting]) -> bool:
    """Whether a better value of anything that is swept may lie outside the grid."""
    return any(
        on_edge(value, [other.values[name] for other in grid])
        for name, value in setting.values.items()
    )


def on_edge(value: float, values: list[float]) -> bool:
    """Whether a better value may lie outside a sweep's values. Nothing lies below 0."""
    return len(set(values)) > 1 and value in (min(values), max(values)) and value != 0
