"""How near SGD comes to the optimum: the same objective, minimised until nothing moves."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from features.parallel import blocks
from pipeline import sgd, stage
from pipeline.image_set import TRAIN, VALIDATION
from pipeline.labels import read_labels
from pipeline.matrix import FeatureMatrix
from pipeline.minibatches import Minibatches, held_out
from pipeline.prepared import Rows, fit_rows
from pipeline.progress import progress
from pipeline.randomness import generator
from pipeline.sgd import Group, Setting
from pipeline.store import read_array, read_arrays, read_json, write_csv

BLOCK = 256  # rows whose losses and gradients are added up together, while in the cache
ITERATIONS = 3000  # of L-BFGS, at most
COLUMNS = (
    *("representation", "classifier", "seed", "l2", "sgd_objective", "reference_objective"),
    *("sgd_validation_accuracy", "reference_validation_accuracy"),
    *("sgd_seconds", "reference_seconds"),
)


def converge(
    blocks: list,
    views: list,
    labels: Path,
    classes: Path,
    parts: Path,
    model: Path,
    representation: str,
    classifiers: list,
    settings: dict,
    seed: int,
    shard_size: int,
    threads: int,
    optimality: Path,
) -> int:
    """Train each classifier's chosen setting alone by SGD, then to convergence by L-BFGS.

    Both get the same rows and as many threads, and both times include learning how to
    standardise. All training rows are in memory at once.
    """
    y, part, chosen = read_labels(labels).label, read_array(parts), read_arrays(model)
    X = FeatureMatrix(blocks, views, len(y), shard_size)
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    records = []
    with ThreadPoolExecutor(threads) as pool:
        for name in classifiers:
            start = time.perf_counter()
            rows = fit_rows(X, y, training, seed, pool.map)
            fitting = time.perf_counter() - start
            learning_rate, l2 = chosen[f"{name}.setting"]
            # Without regularisation there may be no optimum: weights grow for ever where the
            # classes can be told apart. Then the weakest that was tried is compared.
            l2 = l2 or weakest({**settings, **settings.get(name, {})}["l2"])
            setting = Setting(name, float(learning_rate), float(l2))
            group = Group([setting], rows.preconditioner.penalty(), len(read_json(classes)))
            batches = partial(
                Minibatches,
                rows,
                training,
                settings["batch_size"],
                generator(seed, "sgd"),
                optimality.parent,
            )
            validate = held_out(rows, validation, optimality.parent, pool.map)
            what = f"converge {representation}, {name}"
            figures = compare(
                *(group, rows, X.all_views(training), batches, validate, settings, pool.map, what)
            )
            records.append((representation, name, seed, setting.l2, *figures[:4]))
            records[-1] += tuple(fitting + seconds for seconds in figures[4:])
    write_csv(optimality, COLUMNS, records)
    return len(y)


def weakest(l2: list[float]) -> float:
    """The smallest but 0, if there is any."""
    return min(filter(None, l2), default=0.0)


def compare(
    group: Group,
    rows: Rows,
    index: np.ndarray,
    make_batches: Callable,
    validate: Callable,
    settings: dict,
    map_,
    what: str,
) -> list[float]:
    """Objectives, validation accuracies and seconds, of SGD and of the reference in turn."""
    start = time.perf_counter()
    batches = make_batches(map_)
    sgd.fit([group], batches, validate, settings, f"{what}, SGD")
    seconds = [time.perf_counter() - start]
    start = time.perf_counter()
    del batches  # and with it its buffer
    problem = Objective(rows, index, group, map_)
    reference = problem.minimize(what)
    seconds.append(time.perf_counter() - start)
    weights = group.weights(0), reference
    objectives = [problem.value(W, b)[0] for W, b in weights]
    accuracies = []
    for W, b in weights:
        group.W, group.b = W.T, b[:, None]
        accuracies.append(sgd.evaluate([group], validate(), map_)[1, 0])
    return [*objectives, *accuracies, *seconds]


class Objective:
    """Mean loss plus l2 times the squared norm of the weights, over all training rows."""

    def __init__(self, rows: Rows, index: np.ndarray, group: Group, map_) -> None:
        """index: the rows of all views of the training images."""
        self.X = np.empty((len(index), rows.width), np.float32)
        self.y, self.map = rows.y[index % rows.X.n], map_
        self.parts = blocks(len(index), BLOCK)
        list(map_(lambda part: rows.read(index[part], out=self.X[part]), self.parts))
        self.loss, self.shape = group.loss, group.W.shape[::-1]
        self.l2 = group.settings[0].l2 * group.penalty[:, None].astype(np.float64)

    def value(self, W: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """The objective at W float32 (d, C) and b (C,), and its gradients, float64."""

        def part_of(part: slice) -> tuple[float, np.ndarray, np.ndarray]:
            loss, slope = self.loss(self.X[part] @ W + b, self.y[part])
            return loss.sum(dtype=np.float64), self.X[part].T @ slope, slope.sum(axis=0)

        total, d_W, d_b = 0.0, np.zeros(W.shape), np.zeros(b.shape)
        for loss, part_W, part_b in self.map(part_of, self.parts):
            total, d_W, d_b = total + loss, d_W + part_W, d_b + part_b
        n = len(self.y)
        exact = W.astype(np.float64)
        return (
            total / n + float(np.sum(self.l2 * exact**2)),
            d_W / n + 2 * self.l2 * exact,
            d_b / n,
        )

    def minimize(self, what: str) -> tuple[np.ndarray, np.ndarray]:
        """The best W and b that L-BFGS finds from 0; the hinge's kinks may end it early."""

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
