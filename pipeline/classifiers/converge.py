"""Measure how near SGD comes to the optimum.

For comparison, the same objective is minimised by L-BFGS until nothing moves: the reference.
"""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from features.parallel import slices
from pipeline.blocks.matrix import Representation
from pipeline.classifiers import linear, losses
from pipeline.classifiers.grid import Setting
from pipeline.classifiers.minibatches import Batch, held_out, mean_of_views
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.progress import progress
from pipeline.runtime.store import read_arrays, write_csv

SLICE = 256  # rows whose losses and gradients are computed together: few enough for the cache
ITERATIONS = 3000  # of L-BFGS, at most
COLUMNS = (
    *("representation", "classifier", "seed", "l2", "sgd_objective", "reference_objective"),
    *("sgd_validation_accuracy", "reference_validation_accuracy"),
    *("sgd_seconds", "reference_seconds"),
)


def converge(
    representation: Representation,
    classifiers: list,
    sgd: dict,
    seed: int,
    threads: int,
    model: Path,
    optimality: Path,
) -> int:
    """Train each linear classifier's chosen setting alone by SGD, then to convergence by L-BFGS.

    Both get the same rows and as many threads, and both times include learning how to
    standardise. All training rows are in memory at once. model: the file that `train` wrote.
    optimality: the table to write, with the columns COLUMNS.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    n_classes, chosen = len(representation.class_names()), read_arrays(model)
    records = []
    with ThreadPoolExecutor(threads) as pool:
        for each in classifiers:
            if each["module"] != "linear":
                continue
            start = time.perf_counter()
            rows = fit_rows(X, y, training, seed, pool.map)
            fitting = time.perf_counter() - start
            folder = optimality.parent
            data = TrainingSet(rows, training, validation, n_classes, seed, folder, pool.map)
            setting = setting_of(each, chosen[f"{each['name']}.setting"])
            what = f"converge {representation.name}, {each['name']}"
            figures = compare(data, setting, sgd, what)
            run = representation.name, each["name"], seed, setting.values["l2"]
            both = (fitting + seconds for seconds in figures[4:])
            records.append((*run, *figures[:4], *both))
    write_csv(optimality, COLUMNS, records)
    return len(training)


def setting_of(classifier: dict, values: np.ndarray) -> Setting:
    """The chosen setting, with an l2 for which an optimum exists.

    values: of the chosen setting, in the order of the grid. Without regularisation (l2 = 0) there
    may be no optimum: weights grow for ever where the classes can be told apart. The smallest
    other l2 that was tried is then taken instead.
    """
    lists = dict(classifier["swept"])
    chosen = dict(zip(lists, map(float, values), strict=True))
    chosen["l2"] = chosen["l2"] or float(min(filter(None, lists["l2"]), default=0))
    return Setting(classifier["name"], classifier["loss"], chosen, classifier["settings"])


def compare(data: TrainingSet, setting: Setting, sgd: dict, what: str) -> list[float]:
    """Two objectives, two validation accuracies, two times in seconds: SGD's, the reference's."""
    start = time.perf_counter()
    penalty = data.rows.preconditioner.penalty()
    group = linear.make_group([setting], penalty, data.n_classes)
    linear.fit([group], data, sgd, f"{what}, SGD")
    seconds = [time.perf_counter() - start]
    start = time.perf_counter()
    problem = Objective(data, setting)
    reference = problem.minimize(what)
    seconds.append(time.perf_counter() - start)
    weights, validation = (group.weights(0), reference), held_out(data)
    objectives = [problem.value(W, b)[0] for W, b in weights]
    accuracies = [accuracy(W, b, validation()) for W, b in weights]
    return [*objectives, *accuracies, *seconds]


def accuracy(W: np.ndarray, b: np.ndarray, batches: Iterable[Batch]) -> float:
    """The share of the images in the batches whose class is predicted correctly."""
    n = correct = 0
    for X, y in batches:
        scores = mean_of_views(X @ W + b, len(y))
        n, correct = n + len(y), correct + int((scores.argmax(axis=1) == y).sum())
    return correct / n


class Objective:
    """What training minimises: mean loss over all training rows plus l2 * squared norm of W."""

    def __init__(self, data: TrainingSet, setting: Setting) -> None:
        """Read the rows of all views of the training images into memory."""
        rows, index = data.rows, data.rows.X.all_views(data.training)
        self.X = np.empty((len(index), rows.width), np.float32)
        self.y, self.map = rows.y[index % rows.X.n], data.map_
        self.slices = slices(len(index), SLICE)
        list(self.map(lambda some: rows.read(index[some], out=self.X[some]), self.slices))
        self.loss, self.shape = losses.named(setting.loss), (rows.width, data.n_classes)
        penalty = rows.preconditioner.penalty()[:, None].astype(np.float64)
        self.l2 = setting.values["l2"] * penalty

    def value(self, W: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """The objective at W float32 (d, C) and b (C,), and its gradients, float64."""

        def over(some: slice) -> tuple[float, np.ndarray, np.ndarray]:
            loss, slope = self.loss(self.X[some] @ W + b, self.y[some])
            return loss.sum(dtype=np.float64), self.X[some].T @ slope, slope.sum(axis=0)

        total, d_W, d_b = 0.0, np.zeros(W.shape), np.zeros(b.shape)
        for loss, some_W, some_b in self.map(over, self.slices):
            total, d_W, d_b = total + loss, d_W + some_W, d_b + some_b
        n = len(self.y)
        exact = W.astype(np.float64)
        return (
            total / n + float(np.sum(self.l2 * exact**2)),
            d_W / n + 2 * self.l2 * exact,
            d_b / n,
        )

    def minimize(self, what: str) -> tuple[np.ndarray, np.ndarray]:
        """The best W and b that L-BFGS finds, starting from 0.

        It may end too early for the SVM, whose hinge loss has kinks.
        """

        def unpack(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            W, b = np.split(flat.reshape(-1, self.shape[1]).astype(np.float32), [self.shape[0]])
            return W, b[0]

        def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
            total, d_W, d_b = self.value(*unpack(flat))
            next(steps, None)
            return total, np.vstack([d_W, d_b]).ravel()

        steps = progress(range(10 * ITERATIONS), ITERATIONS, f"{what}: evaluations of at most")
        options = {"maxiter": ITERATIONS, "maxcor": 20, "ftol": 1e-8, "gtol": 1e-6}
        start = np.zeros((self.shape[0] + 1) * self.shape[1])
        found = minimize(value, start, jac=True, method="L-BFGS-B", options=options)
        return unpack(found.x)


if __name__ == "__main__":
    stage.main(converge)
