"""The optimum itself of what a linear classifier minimises, by a method that converges.

SGD comes near it; L-BFGS, which sees all rows at every step, goes on until nothing moves. Where
rows are few, weights are sought in the space that the rows span: the optimum lies in it, and it
has no more dimensions than there are rows.
"""

from collections.abc import Callable, Iterable

import numpy as np
from scipy.optimize import minimize

from features.parallel import slices
from pipeline.classifiers import losses
from pipeline.classifiers.balance import class_weight
from pipeline.classifiers.grid import Setting
from pipeline.classifiers.minibatches import Batch, mean_of_views
from pipeline.classifiers.rows import TrainingSet

SLICE = 256  # rows whose losses and gradients are computed together: few enough for the cache
FEW = 2048  # rows, at most, whose own space is worth finding
WIDTHS = (0.1, 0.03, 0.01)  # of the SVM's rounded kinks, one after the other
MEMORY = 20  # pairs of vectors that L-BFGS remembers

Weights = tuple[np.ndarray, np.ndarray]  # W float64 (d, C) and b float64 (C,)


class Objective:
    """Mean loss over all training rows plus l2 times the squared norm of W.

    W, b: weights of standardised rows, as classifiers save them.
    """

    def __init__(self, data: TrainingSet, setting: Setting, sgd: dict) -> None:
        """Read the rows of all views of the training images into memory."""
        rows, index = data.rows, data.rows.X.all_views(data.training)
        self.turn, self.map = rows.preconditioner, data.map_
        self.y, self.l2 = rows.y[index % rows.X.n], setting.values["l2"]
        self.loss, self.weight = setting.loss, class_weight(data, sgd)
        X = np.empty((len(index), rows.width), np.float32)
        list(self.map(lambda some: rows.read(index[some], out=X[some]), slices(len(X), SLICE)))
        root = np.sqrt(self.turn.penalty())
        if len(X) < min(rows.width, FEW):
            X /= root
            X, basis = in_own_space(X)
            self.out = lambda V: self.turn.weights((basis @ V) / root[:, None])
            self.into = lambda W: basis.T @ (root[:, None] * self.turn.coordinates(W))
            self.penalty = np.ones((X.shape[1], 1))
        else:
            self.out, self.into = self.turn.weights, self.turn.coordinates
            self.penalty = root[:, None].astype(np.float64) ** 2
        self.X, self.slices, self.shape = X, slices(len(X), SLICE), (X.shape[1], data.n_classes)

    def value(self, W: np.ndarray, b: np.ndarray) -> float:
        """The objective at W (d, C) and b (C,)."""
        return self.at(self.into(W.astype(np.float64)), b, losses.named(self.loss))[0]

    def at(
        self, V: np.ndarray, b: np.ndarray, loss: losses.Loss
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """The objective with a loss, at weights V of the rows in memory, and its gradients."""
        low = V.astype(np.float32), b.astype(np.float32)

        def over(some: slice) -> tuple[float, np.ndarray, np.ndarray]:
            y = self.y[some]
            lost, slope = loss(self.X[some] @ low[0] + low[1], y)
            if self.weight is not None:
                lost, slope = lost * self.weight[y], slope * self.weight[y, None]
            return lost.sum(dtype=np.float64), self.X[some].T @ slope, slope.sum(axis=0)

        total, d_V, d_b = 0.0, np.zeros(self.shape), np.zeros(self.shape[1])
        for lost, some_V, some_b in self.map(over, self.slices):
            total, d_V, d_b = total + lost, d_V + some_V, d_b + some_b
        n, shrunk = len(self.y), self.l2 * self.penalty * V
        return total / n + float(np.sum(shrunk * V)), d_V / n + 2 * shrunk, d_b / n

    def minimize(
        self,
        start: Weights,
        iterations: int,
        told: Callable[[Weights, int], None] = lambda weights, rounding: None,
        roundings: range = range(len(WIDTHS)),
        enough: float = 1e-8,
    ) -> Weights:
        """The best W and b that L-BFGS finds from `start` on.

        The kinks of a loss that has some are rounded, less and less: L-BFGS needs a gradient that
        does not jump. iterations: at most, for each rounding. told: is called with the weights of
        every step and the number of the rounding. roundings: the numbers of those to go through.
        enough: the share of the objective that a step has to win, or it is the last.
        """

        def unpack(flat: np.ndarray) -> Weights:
            V, b = np.split(flat.reshape(-1, self.shape[1]), [self.shape[0]])
            return V, b[0]

        flat = np.vstack([self.into(start[0].astype(np.float64)), start[1]]).ravel()
        size = min(1.0, self.value(*start))  # of the objective; below 1, ftol is no share of it
        options = {"maxiter": iterations, "maxcor": MEMORY, "ftol": enough * size, "gtol": 1e-6}
        for rounding, loss in enumerate(losses.rounded(self.loss, WIDTHS)):
            if rounding not in roundings:
                continue

            def value(flat: np.ndarray, loss: losses.Loss = loss) -> tuple[float, np.ndarray]:
                total, d_V, d_b = self.at(*unpack(flat), loss)
                return total, np.vstack([d_V, d_b]).ravel()

            def step(flat: np.ndarray, rounding: int = rounding) -> None:
                V, b = unpack(flat)
                told((self.out(V), b), rounding)

            method = {"method": "L-BFGS-B", "options": options, "callback": step}
            flat = minimize(value, flat, jac=True, **method).x
        V, b = unpack(flat)
        return self.out(V), b


def accuracy(W: np.ndarray, b: np.ndarray, data: TrainingSet, batches: Iterable[Batch]) -> float:
    """The share of the images whose class is predicted correctly, with weights as saved.

    batches: the images' prepared rows, as `minibatches.held_out` yields them.
    """
    A = data.rows.preconditioner.coordinates(W.astype(np.float64)).astype(np.float32)
    n = correct = 0
    for X, y in batches:
        scores = mean_of_views(X @ A + b.astype(np.float32), len(y))
        n, correct = n + len(y), correct + int((scores.argmax(axis=1) == y).sum())
    return correct / n


def in_own_space(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows X (n, d) in an orthonormal basis (d, r) of the space that they span, and the basis."""
    exact = X.astype(np.float64)
    square, turn = np.linalg.eigh(exact @ exact.T)
    spanned = square > 1e-10 * square[-1]
    root, turn = np.sqrt(square[spanned]), turn[:, spanned]
    return (turn * root).astype(np.float32), exact.T @ (turn / root)
