"""Linear classifiers, trained by minibatch SGD: a whole grid of settings in one pass."""

import numpy as np

from pipeline.classifiers.course import Course
from pipeline.classifiers.grid import Setting, Trained
from pipeline.classifiers.rows import TrainingSet


def train(data: TrainingSet, grid: list[Setting], sgd: dict, what: str) -> Trained:
    """Train all settings of a grid in one pass; the model of a setting is W (d, C) and b (C,)."""
    course = Course(data, grid, sgd)
    course.run(what)
    trained, preconditioner = course.trained(), data.rows.preconditioner

    def model(i: int) -> dict[str, np.ndarray]:
        found = trained.model(i)
        return {"W": preconditioner.weights(found["W"]), "b": found["b"]}

    return trained._replace(model=model)


def scores(model: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The scores (m, C) that a model gives standardised rows X (m, d)."""
    return X @ model["W"] + model["b"]
