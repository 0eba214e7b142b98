"""Linear classifiers, trained by minibatch SGD: a whole grid of settings in one pass.

The weights of many settings stand side by side in one matrix, so that each minibatch is read once
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

Factors = tuple[float, float]  # of learning rates, at the start and at the end of an epoch

# Settings that share a matrix, at most. Such groups are trained in parallel. How they are formed
# does not depend on the number of threads, so results do not either.
GROUP = 24
EXPLODED = 1e3  # times the mean loss of W = 0: a setting with a larger loss has diverged


@numba.njit(cache=True, nogil=True)
def descend(W, V, gradient, rate, l2, penalty, momentum):
    """One step of SGD with momentum, in place, in one sweep over memory.

    V = momentum * V - rate * (gradient + 2 * l2 * penalty * W), then W = W + V.
    W, V, gradient: float32 (m, d), with a row for each setting and class. rate, l2: float32 (m,).
    penalty: float32 (d,), see `preconditioner`.
    """
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            slope = gradient[i, j] + 2 * l2[i] * penalty[j] * W[i, j]
            V[i, j] = momentum * V[i, j] - rate[i] * slope
            W[i, j] += V[i, j]


class Group:
    """Linear classifiers with the same loss and different settings, trained side by side.

    With C classes and S settings, W is (C * S, d), and row c * S + s is class c of setting s. This
    order is fast: operations over classes run along settings, and products with minibatches along
    columns, which are neighbours in memory.
    """

    def __init__(
        self,
        loss: str,
        learning_rates: list[float],
        l2: list[float],
        penalty: np.ndarray,
        n_classes: int,
    ) -> None:
        """learning_rates, l2: one for each of S settings. penalty: see `preconditioner`."""
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
        """A value for each setting, (S,), repeated for each row of W: float32 (C * S,)."""
        return np.tile(np.asarray(values, np.float32), self.shape[0])

    def forward(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Loss and number of correct predictions, (S,) each, and gradient of the loss (m, C, S).

        The first two are sums over images; the gradient is with respect to the scores. X
        (views * m, d) holds the rows of m images, view by view; y is (m,).
        """
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging setting: caught below
            scores = mean_of_views(X @ self.W.T + self.b[:, 0], len(y))
            scores = scores.reshape(len(y), *self.shape)
            correct = (scores.argmax(axis=1) == y[:, None]).sum(axis=0)
            loss, slope = self.loss(scores, y)
        return loss.sum(axis=0, dtype=np.float64), correct, slope

    def score(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Loss and number of correct predictions, summed over the images of X and y, (S,) each."""
        loss, correct, _ = self.forward(X, y)
        return loss, correct

    def step(
        self, X: np.ndarray, y: np.ndarray, momentum: float, factor: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on a minibatch, with learning rates multiplied by `factor`.

        Returns what `score` would have returned before this step.
        """
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
        """Mark settings whose loss (S,) is not finite or exploded; set W and b to 0 for good."""
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
    """Train all settings of a grid in one pass; the model of a setting is W (d, C) and b (C,)."""
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
    """The scores (m, C) that a model gives standardised rows X (m, d)."""
    return X @ model["W"] + model["b"]


def make_groups(grid: list[Setting], penalty: np.ndarray, n_classes: int) -> list[Group]:
    """Put the settings of each classifier, in their order, into groups of about equal size.

    A group has at most GROUP settings: large groups make fast matrix products. There are at least
    two groups in all, which keep two cores busy.
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
    """Train the groups for sgd["epochs"] epochs; learning rates fall in a straight line to 0.

    Large steps come first, to get near the optimum; small ones last, so that the noise of
    minibatches dies away. Returns float64 (epochs, 4, S): what is known of the S settings after
    each epoch, in the order of grid.CURVES.
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
    """Train all groups for one epoch, on minibatches (X, y) of n rows in all.

    Learning rates are multiplied by a factor that falls in a straight line from factors[0] to
    factors[1]. Returns the mean loss and the accuracy of each setting, float64 (2, settings). Each
    minibatch is counted just before its step, so the weights change in the meantime.
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

    Stops settings that have diverged: a divergence in an epoch's last steps is first seen here.
    """
    seen, sums = 0, [np.zeros((2, group.shape[1])) for group in groups]
    for X, y in batches:
        for total, result in zip(sums, map_(partial(Group.score, X=X, y=y), groups), strict=True):
            total += result
        seen += len(y)
    for group, total in zip(groups, sums, strict=True):
        group.stop_diverged(total[0] / seen)
    return np.concatenate(sums, axis=1) / seen
