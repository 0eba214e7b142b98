"""The grid of settings that a classifier is trained with.

A setting is one combination of values to try, such as a learning rate and an l2.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np

# What is known of each setting at some points of the training. Training rows are counted as they
# come up in an epoch, while the weights are changing; validation rows after the epoch.
CURVES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")

FURTHER = 10  # times as far as the edge lies what is tried beyond it


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

    curves: float64 (points, 4, S), in the order of CURVES. diverged: bool (S,), the settings whose
    loss exploded or was not finite, so that they were stopped. model: a function; model(i) gives
    the arrays, by name, that `scores` needs for setting i.

    What a classifier need not say: epochs: int (points,), after how many epochs each point of the
    curves was; if None, there is one after every epoch. finished: bool (S,), the settings that
    were trained to the end, among which one is chosen; if None, all. objective: float64 (S,), what
    training minimises, by which learning rates are told apart; nan where it is no end. judged:
    float64 (S,), what settings are chosen by; if None, the validation accuracy.
    """

    curves: np.ndarray
    diverged: np.ndarray
    model: Callable[[int], dict[str, np.ndarray]]
    epochs: np.ndarray | None = None
    finished: np.ndarray | None = None
    objective: np.ndarray | None = None
    judged: np.ndarray | None = None


class Result(NamedTuple):
    """What is known of one setting: `Trained`, for it alone. curve: float64 (points, 4)."""

    setting: Setting
    curve: np.ndarray
    epochs: np.ndarray
    diverged: bool
    finished: bool
    objective: float
    judged: float
    model: Callable[[], dict[str, np.ndarray]]

    @property
    def loss(self) -> float:
        """The validation loss at the end."""
        return float(self.curve[-1, 2])


def results(grid: list[Setting], trained: Trained) -> list[Result]:
    """The result of each setting of a grid, in its order."""
    n_points, _, n_settings = trained.curves.shape
    epochs = np.arange(1, n_points + 1) if trained.epochs is None else trained.epochs
    finished = np.ones(n_settings, bool) if trained.finished is None else trained.finished
    unknown = np.full(n_settings, np.nan)
    objective = unknown if trained.objective is None else trained.objective
    judged = trained.curves[-1, 3] if trained.judged is None else trained.judged
    return [
        Result(
            setting,
            trained.curves[:, :, i],
            epochs,
            bool(trained.diverged[i]),
            bool(finished[i]) and not trained.diverged[i],
            float(objective[i]),
            float(judged[i]),
            partial(trained.model, i),
        )
        for i, setting in enumerate(grid)
    ]


def make_grid(classifiers: list[dict]) -> list[Setting]:
    """All combinations of values of each classifier. classifiers: as in `Plan.classifiers`."""
    grid = []
    for each in classifiers:
        names, lists = [name for name, _ in each["swept"]], [values for _, values in each["swept"]]
        for values in product(*lists):
            values_of = dict(zip(names, values, strict=True))
            grid.append(Setting(each["name"], each["loss"], values_of, each["settings"]))
    return grid


def at_edge(setting: Setting, grid: list[Setting]) -> bool:
    """Whether a better value of anything that varies in the grid may lie outside the grid."""
    return any(on_edge(value, column(name, grid)) for name, value in setting.values.items())


def column(name: str, grid: list[Setting]) -> list[float]:
    """All values that one thing has in a grid."""
    return [setting.values[name] for setting in grid]


def on_edge(value: float, values: list[float]) -> bool:
    """Whether a value is the smallest or largest of several; 0 is not: nothing lies below it."""
    return len(set(values)) > 1 and value in (min(values), max(values)) and value != 0


def beyond(setting: Setting, grid: list[Setting], names: list[str]) -> list[Setting]:
    """Settings just outside the grid, where `setting` is on its edge in any of `names`.

    Each value on an edge is moved out by a factor of FURTHER; where several are, they are moved
    one by one and all at once.
    """
    choices = {name: [value] for name, value in setting.values.items()}
    for name in set(names) & set(choices):
        (value,), values = choices[name], column(name, grid)
        if on_edge(value, values):
            choices[name].append(value * FURTHER if value == max(values) else value / FURTHER)
    moved = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    return [setting._replace(values=values) for values in moved[1:]]
