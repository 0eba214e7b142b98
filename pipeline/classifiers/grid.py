"""The grid of settings that a classifier is trained with, and the choice of the best of them.

A setting is one combination of values to try, such as a learning rate and an l2.
"""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np

# What is known of each setting after each epoch. Training rows are counted as they come up in the
# epoch, while the weights are changing; validation rows after the epoch.
CURVES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


class Setting(NamedTuple):
    """One point of a classifier's grid.

    classifier: its name. loss: the name of a function in `losses`. values: by name, what varies
    over the grid. fixed: by name, the classifier's own settings that are the same for all of it.
    """

    classifier: str
    loss: str
    values: dict[str, float]
    fixed: dict[str, object]


class Trained(NamedTuple):
    """The result of training a grid of S settings.

    curves: float64 (epochs, 4, S), in the order of CURVES. diverged: bool (S,), the settings whose
    loss exploded or was not finite, so that they were stopped. model: a function; model(i) gives
    the arrays, by name, that `scores` needs for setting i.
    """

    curves: np.ndarray
    diverged: np.ndarray
    model: Callable[[int], dict[str, np.ndarray]]

    def only(self, index: list[int]) -> "Trained":
        """The same, for the settings at `index` alone."""
        return Trained(
            self.curves[:, :, index], self.diverged[index], lambda i: self.model(index[i])
        )


def make_grid(classifiers: list[dict]) -> list[Setting]:
    """All combinations of values of each classifier. classifiers: as in `Plan.classifiers`."""
    grid = []
    for each in classifiers:
        names, lists = [name for name, _ in each["swept"]], [values for _, values in each["swept"]]
        for values in product(*lists):
            values_of = dict(zip(names, values, strict=True))
            grid.append(Setting(each["name"], each["loss"], values_of, each["settings"]))
    return grid


def swept(classifiers: list[dict]) -> list[str]:
    """The names of what varies in any classifier's grid; each is a column of the tables."""
    return list(dict.fromkeys(name for each in classifiers for name, _ in each["swept"]))


def choose(grid: list[Setting], accuracy: np.ndarray, diverged: np.ndarray) -> int:
    """The index of the setting with the best validation accuracy; accuracy, diverged: (S,).

    Of equals it is the one with the largest l2, then with the smallest learning rate. Settings
    that diverged do not count. Raises ValueError where every setting diverged.
    """

    def rank(i: int) -> tuple[float, float, float]:
        values = grid[i].values
        return accuracy[i], values.get("l2", 0), -values.get("learning_rate", 0)

    return max((i for i in range(len(grid)) if not diverged[i]), key=rank)


def at_edge(setting: Setting, grid: list[Setting]) -> bool:
    """Whether a better value of anything that varies in the grid may lie outside the grid."""
    return any(
        on_edge(value, [other.values[name] for other in grid])
        for name, value in setting.values.items()
    )


def on_edge(value: float, values: list[float]) -> bool:
    """Whether a value is the smallest or largest of several; 0 is not: nothing lies below it."""
    return len(set(values)) > 1 and value in (min(values), max(values)) and value != 0
