"""Linear classifiers, trained by minibatch SGD: a whole grid of settings in one pass.

The weights of all settings stand side by side in one matrix, so that each minibatch is read once
and multiplied once for all of them.
"""

from collections.abc import Iterable
from functools import partial
from itertools import groupby, pairwise

import numba
import numpy as np

from features.parallel import Map
from pipeline.classifiers import losses
from pipeline.classifiers.grid import Setting, Trained
from pipeline.classifiers.minibatches import Batch, Minibatches, held_out, mean_of_views
from pipeline.classifiers.rows import TrainingSet
from pipeline.runtime.progress import progress
from pipeline.runtime.randomness import generator

Factors = tuple[float, float]

GROUP = 24  # settings that share a matrix; groups run in parallel, and do not depend on threads
EXPLODED = 1e3  # a mean loss this many times that of W = 0 will not come back


@numba.njit(cache=True, nogil=True)
def descend(W, V, gradient, rate, l2, penalty, momentum):
    """One step of SGD with momentum, in place, in one sweep over memory.

    W, V, gradient: float32 (m, d); rate, l2: float32 (m,), one setting and class a row.
    penalty: float32 (d,). V = momentum * V - rate * (gradient + 2 * l2 * penalty * W); W = W + V.
    """
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            slope = gradient[i, j] + 2 * l2[i] * penalty[j] * W[i, j]
            V[i, j] = momentum * V[i, j] - rate[i] * slope
            W[i, j] += V[i, j]


class Group:
    """Linear classifiers with the same loss and different settings, trained side by side.

    Row c * S + s of W (C * S, d) is class c of setting s: operations over classes then run along
    contiguous settings, and the products with minibatches along contiguous columns.
    """

    def __init__(
        self,
        loss: str,
        learning_rates: list[float],
        l2: list[float],
        penalty: np.ndarray,
        n_classes: int,
    ) -> None:
        """learning_rates, l2: those of each of S settings. penalty: see `preconditioner`."""
        self.loss = losses.named(loss)
        self.shape = (n_classes, len(l2))
        self.W = np.zeros((n_classes * len(l2), len(penalty)), np.float32)
        self.b = np.zeros((len(self.W), 1), np.float32)
        self.V_W, self.V_b = np.zeros_like(self.W), np.zeros_like(self.b)
        self.gradient = np.empty_like(self.W)
        self.rate, self.l2 = self.repeat(learning_rates), self.repeat(l2)
        self.penalty = penalty
        self.diverged = np.zeros(len(l2), bool)

    def repeat(self, values) -> np.ndarray:
        return np.tile(np.asarray(values, np.float32), self.shape[0])

    def forward(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums over images of loss and of correct predictions (S,), and d loss / d scores.

        X (views * m, d) holds the rows of m images, view by view; y is (m,).
        """
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging setting: caught below
            scores = mean_of_views(X @ self.W.T + self.b[:, 0], len(y))
            scores = scores.reshape(len(y), *self.shape)
            correct = (scores.argmax(axis=1) == y[:, None]).sum(axis=0)
            loss, slope = self.loss(scores, y)
        return loss.sum(axis=0, dtype=np.float64), correct, slope

    def score(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Loss and correct predictions, summed over the rows of X (n, d), (S,) each."""
        loss, correct, _ = self.forward(X, y)
        return loss, correct

    def step(
        self, X: np.ndarray, y: np.ndarray, momentum: float, factor: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on a minibatch, rates scaled by `factor`; returns what `score` did before."""
        loss, correct, slope = self.forward(X, y)
        with np.errstate(over="ignore", invalid="ignore"):
            slope = slope.reshape(len(X), -1)
            slope /= np.float32(len(X))
            np.dot(slope.T, X, out=self.gradient)
            rate = self.rate * np.float32(factor)
            inertia = np.float32(momentum)
            descend(self.W, self.V_W, self.gradient, rate, self.l2, self.penalty, inertia)
            slope_b, free = slope.sum(axis=0)[:, None], np.zeros(1, np.float32)
            descend(self.b, self.V_b, slope_b, rate, self.l2, free, inertia)
        return loss, correct

    def stop_diverged(self, mean_loss: np.ndarray) -> None:
        """Mark settings whose loss (S,) is not finite or has exploded; reset and freeze them."""
        chance = self.loss(np.zeros((1, self.shape[0])), np.zeros(1, int))[0][0]
        with np.errstate(invalid="ignore"):
            self.diverged |= ~(mean_loss <= EXPLODED * chance)
        rows = np.tile(self.diverged, self.shape[0])
        for array in (self.W, self.b, self.V_W, self.V_b):
            array[rows] = 0
        self.rate[rows] = 0

    def weights(self, setting: int) -> tuple[np.ndarray, np.ndarray]:
        """W (d, C) and b (C,) of one setting."""
        rows = slice(setting, None, self.shape[1])
        return self.W[rows].T.copy(), self.b[rows, 0].copy()


def train(data: TrainingSet, grid: list[Setting], sgd: dict, what: str) -> Trained:
    """Train all settings in one pass; the model of one is W (d, C) and b (C,)."""
    preconditioner = data.rows.preconditioner
    groups = make_groups(grid, preconditioner.penalty(), data.n_classes)
    curves = fit(groups, data, sgd, what)
    weights = [(group, i) for group in groups for i in range(group.shape[1])]

    def model(i: int) -> dict[str, np.ndarray]:
        group, place = weights[i]
        W, b = group.weights(place)
        return {"W": preconditioner.weights(W), "b": b}

    return Trained(curves, np.concatenate([group.diverged for group in groups]), model)


def scores(model: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """Scores (m, C) of standardised rows (m, d)."""
    return X @ model["W"] + model["b"]


def make_groups(grid: list[Setting], penalty: np.ndarray, n_classes: int) -> list[Group]:
    """Settings, in their order, in even groups of the same classifier, at least two in all.

    Large groups make fast matrix products; two keep two cores busy.
    """
    most, groups = min(GROUP, -(-len(grid) // 2)), []
    for _, of_one_kind in groupby(grid, key=lambda setting: setting.classifier):
        same = list(of_one_kind)
        ends = np.linspace(0, len(same), -(-len(same) // most) + 1).astype(int)
        groups += [make_group(same[a:b], penalty, n_classes) for a, b in pairwise(ends)]
    return groups


def make_group(settings: list[Setting], penalty: np.ndarray, n_classes: int) -> Group:
    rates, l2 = ([each.values[name] for each in settings] for name in ("learning_rate", "l2"))
    return Group(settings[0].loss, rates, l2, penalty, n_classes)


def fit(groups: list[Group], data: TrainingSet, sgd: dict, what: str) -> np.ndarray:
    """Train the groups for sgd["epochs"] epochs, learning rates falling in a straight line.

    Large steps first, to get near; small ones last, so that the noise of minibatches dies away.
    Returns what is known after each epoch, in the order of grid.CURVES, float64 (epochs, 4, S).
    """
    batches = Minibatches(data, sgd["batch_size"], generator(data.seed, "sgd"))
    validation = held_out(data)
    epochs, curves = sgd["epochs"], []
    for epoch in progress(range(epochs), epochs, f"{what}: epochs"):
        factors = 1 - epoch / epochs, 1 - (epoch + 1) / epochs
        trained = run_epoch(
            groups, batches.epoch(), len(batches), sgd["momentum"], factors, data.map_
        )
        curves.append(np.vstack([trained, evaluate(groups, validation(), data.map_)]))
    return np.array(curves)


def run_epoch(
    groups: list[Group],
    batches: Iterable[Batch],
    n: int,
    momentum: float,
    factors: Factors,
    map_: Map,
) -> np.ndarray:
    """Train all groups on minibatches (X, y) of n rows in all.

    Learning rates are scaled by a factor that falls in a straight line from factors[0] to
    factors[1]. Returns the mean loss and the accuracy of each setting, float64 (2, settings), over
    the rows as they were met, that is, while the weights were changing.
    """
    seen, sums = 0, [np.zeros((2, group.shape[1])) for group in groups]
    for X, y in batches:
        factor = factors[0] + (factors[1] - factors[0]) * seen / n
        step = partial(Group.step, X=X, y=y, momentum=momentum, factor=factor)
        for total, result in zip(sums, map_(step, groups), strict=True):
            total += result
        seen += len(y)
    for group, total in zip(groups, sums, strict=True):
        group.stop_diverged(total[0] / n)
    return np.concatenate(sums, axis=1) / n


def evaluate(groups: list[Group], batches: Iterable[Batch], map_: Map) -> np.ndarray:
    """Mean loss and accuracy of each setting, float64 (2, settings), over minibatches (X, y).

    Stops settings that have diverged: the last steps of an epoch show here first.
    """
    seen, sums = 0, [np.zeros((2, group.shape[1])) for group in groups]
    for X, y in batches:
        for total, result in zip(sums, map_(partial(Group.score, X=X, y=y), groups), strict=True):
            total += result
        seen += len(y)
    for group, total in zip(groups, sums, strict=True):
        group.stop_diverged(total[0] / seen)
    return np.concatenate(sums, axis=1) / seen
