"""Linear classifiers, trained by minibatch SGD: a whole grid of settings in one pass."""

import numpy as np

from pipeline.classifiers.balance import class_weight
from pipeline.classifiers.course import Course
from pipeline.classifiers.descent import make_groups
from pipeline.classifiers.grid import Setting, Trained
from pipeline.classifiers.minibatches import held_out
from pipeline.classifiers.rows import TrainingSet

CHEAP = 2**22  # numbers of a matrix, at most, that the optimum is sought with in every run
STEPS = 100  # of the search, at most
ENOUGH = 1e-5  # of the objective, for a step of it: what is left then is some tenths of a percent


def train(data: TrainingSet, grid: list[Setting], sgd: dict, what: str) -> Trained:
    """Train all settings of a grid in one pass; the model of a setting is W (d, C) and b (C,)."""
    penalty, weight = data.rows.preconditioner.penalty(), class_weight(data, sgd)
    course = Course(data, grid, sgd, make_groups(grid, penalty, data.n_classes, weight))
    course.run(what)
    trained, preconditioner = course.trained(), data.rows.preconditioner

    def model(i: int) -> dict[str, np.ndarray]:
        found = trained.model(i)
        return {"W": preconditioner.weights(found["W"]), "b": found["b"]}

    return trained._replace(model=model)


def check(
    data: TrainingSet, setting: Setting, model: dict[str, np.ndarray], sgd: dict
) -> tuple[float, float] | None:
    """How far above the optimum a trained model's objective lies, and the optimum's accuracy.

    The first is a share of the optimum, the second is on the validation images. None where the
    optimum is dear to find, or need not exist: without regularisation, weights may grow for ever.
    """
    from pipeline.classifiers.optimum import Objective, accuracy  # slow to import, for scores

    n = len(data.training) * len(data.rows.X.views)
    if setting.values["l2"] == 0 or n * min(n, data.rows.width) > CHEAP:
        return None
    problem, trained = Objective(data, setting, sgd), (model["W"], model["b"])
    optimum = problem.minimize(trained, STEPS, roundings=range(1), enough=ENOUGH)
    least = min(problem.value(*trained), problem.value(*optimum))
    gap = problem.value(*trained) / least - 1
    return gap, accuracy(*optimum, data, held_out(data)())


def scores(model: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The scores (m, C) that a model gives standardised rows X (m, d)."""
    return X @ model["W"] + model["b"]
