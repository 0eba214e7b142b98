"""Minibatch SGD of many settings at once.

The weights of many settings stand side by side in one matrix, so that each minibatch is read once
and multiplied once for all of them.

A step of plain SGD follows the gradient of a minibatch, which is that of all rows and noise. The
noise fades as learning rates fall, but slowly. Where rows are few, it is taken out: a snapshot
tells every row's gradient at the weights of that time, and keeps the mean of all. A step then
follows that mean, and what the minibatch's own gradient has changed since, in which little noise
is left near the optimum. So learning rates may stay for longer, if the loss has no kinks: there a
row's gradient jumps, however near the snapshot was.
Source: Johnson and Zhang, Stochastic Variance Reduction (SVRG), 2013.
"""

import copy
from itertools import groupby, pairwise
from typing import NamedTuple

import numba
import numpy as np

from pipeline.classifiers import losses
from pipeline.classifiers.grid import Setting
from pipeline.classifiers.minibatches import mean_of_views

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


class Snapshot(NamedTuple):
    """The gradients of all n training rows, at the weights that there were.

    slopes: float32 (n, C * S), the gradient of each row's loss with respect to its scores, from
    which its gradient with respect to the weights follows. W, b: the means of the latter, shaped
    like the weights.
    """

    slopes: np.ndarray
    W: np.ndarray
    b: np.ndarray


class Group:
    """Linear classifiers with the same loss and different settings, side by side: a `Learner`.

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
        weight: np.ndarray | None = None,
    ) -> None:
        """learning_rates, l2: one for each of S settings. penalty: see `preconditioner`.

        weight: float32 (C,), how much the images of each class count; if None, all the same.
        """
        self.loss, self.weight = losses.named(loss), weight
        self.smooth = not losses.has_kinks(loss)
        self.shape = (n_classes, len(l2))
        self.W = np.zeros((n_classes * len(l2), len(penalty)), np.float32)
        self.b = np.zeros((len(self.W), 1), np.float32)
        self.V_W, self.V_b = np.zeros_like(self.W), np.zeros_like(self.b)
        self.gradient = np.empty_like(self.W)
        self.rate, self.l2 = self.repeat(learning_rates), self.repeat(l2)
        self.penalty = penalty
        self.diverged = np.zeros(len(l2), bool)
        self.snapshot: Snapshot | None = None

    @property
    def n_settings(self) -> int:
        return self.shape[1]

    def repeat(self, values) -> np.ndarray:
        """A value for each setting, (S,), repeated for each row of W: float32 (C * S,)."""
        return np.tile(np.asarray(values, np.float32), self.shape[0])

    def forward(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Loss and whether predictions are right, (m, S) each, and gradient of the loss (m, C, S).

        The gradient is with respect to the scores. X (views * m, d) holds the rows of m images,
        view by view; y is (m,).
        """
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging setting: caught below
            scores = mean_of_views(X @ self.W.T + self.b[:, 0], len(y))
            scores = scores.reshape(len(y), *self.shape)
            right = scores.argmax(axis=1) == y[:, None]
            loss, slope = self.loss(scores, y)
            if self.weight is not None:
                loss *= self.weight[y, None]
                slope *= self.weight[y, None, None]
        return loss, right, slope

    def score(self, X: np.ndarray, y: np.ndarray, importance: np.ndarray) -> np.ndarray:
        """Sums over the images of X and y, float64 (3, S): loss, right ones, right ones weighted.

        importance: float64 (C,), how much a right answer counts in the last.
        """
        loss, right, _ = self.forward(X, y)
        return np.stack(
            [loss.sum(axis=0, dtype=np.float64), right.sum(axis=0), importance[y] @ right]
        )

    def step(
        self, X: np.ndarray, y: np.ndarray, rows: np.ndarray, momentum: float, factor: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on a minibatch, with learning rates multiplied by `factor`.

        After a snapshot, where the loss is smooth, by twice that or 1, whichever is less.
        rows: int (m,), which of the rows of the snapshot they are, if there is one.
        Returns loss and number of right predictions before this step, summed over it, (S,) each.
        """
        loss, right, slope = self.forward(X, y)
        with np.errstate(over="ignore", invalid="ignore"):
            slope = slope.reshape(len(X), -1)
            if self.snapshot:
                slope -= self.snapshot.slopes[rows]
            slope /= np.float32(len(X))
            np.dot(slope.T, X, out=self.gradient)
            slope_b = slope.sum(axis=0)[:, None]
            if self.snapshot:
                self.gradient += self.snapshot.W
                slope_b += self.snapshot.b
            if self.snapshot and self.smooth:
                factor = min(1, 2 * factor)
            rate = self.rate * np.float32(factor)
            inertia = np.float32(momentum)
            descend(self.W, self.V_W, self.gradient, rate, self.l2, self.penalty, inertia)
            free = np.zeros(1, np.float32)
            descend(self.b, self.V_b, slope_b, rate, self.l2, free, inertia)
        return loss.sum(axis=0, dtype=np.float64), right.sum(axis=0)

    def start_snapshot(self, n: int) -> None:
        """Begin a snapshot of n training rows, at the weights as they are now."""
        slopes = np.zeros((n, len(self.W)), np.float32)
        self.snapshot = Snapshot(slopes, np.zeros_like(self.W), np.zeros_like(self.b))

    def add_to_snapshot(self, X: np.ndarray, y: np.ndarray, rows: np.ndarray) -> None:
        """Add the training rows X (m, d), of classes y and numbers `rows`, both (m,)."""
        assert self.snapshot is not None, "a snapshot is started first"
        slopes, W, b = self.snapshot
        slope = self.forward(X, y)[2].reshape(len(X), -1)
        slopes[rows] = slope
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging setting
            slope /= np.float32(len(slopes))
            W += slope.T @ X
            b += slope.sum(axis=0)[:, None]

    def stop_diverged(self, mean_loss: np.ndarray) -> None:
        """Mark settings whose loss (S,) is not finite or exploded; set W and b to 0 for good."""
        chance = self.loss(np.zeros((1, self.shape[0])), np.zeros(1, int))[0][0]
        with np.errstate(invalid="ignore"):
            self.diverged |= ~(mean_loss <= EXPLODED * chance)
        rows = np.tile(self.diverged, self.shape[0])
        kept = (self.snapshot.slopes.T, self.snapshot.W, self.snapshot.b) if self.snapshot else ()
        for array in (self.W, self.b, self.V_W, self.V_b, *kept):
            array[rows] = 0
        self.rate[rows] = 0

    def objective(self, mean_loss: np.ndarray) -> np.ndarray:
        """Mean loss (S,) plus l2 times the squared norm of W, for each setting.

        It is nan for an l2 of 0: weights may then grow for ever, so that its optimum is no end to
        be reached, and what ends training is what keeps them small.
        """
        squares = np.einsum("wd,wd,d->w", self.W, self.W, self.penalty, dtype=np.float64)
        l2 = self.l2[: self.shape[1]].astype(np.float64)
        total = mean_loss + l2 * squares.reshape(self.shape).sum(axis=0)
        return np.where(l2 > 0, total, np.nan)

    def keep(self, index: list[int]) -> "Group":
        """The same group with the settings at `index` alone, trained as far as they are."""
        kept, rows = copy.copy(self), np.arange(len(self.W)).reshape(self.shape)[:, index].ravel()
        for name in ("W", "b", "V_W", "V_b", "rate", "l2"):
            setattr(kept, name, getattr(self, name)[rows])
        kept.snapshot = None
        kept.gradient, kept.diverged = np.empty_like(kept.W), self.diverged[index]
        kept.shape = (self.shape[0], len(index))
        return kept

    def model(self, place: int) -> dict[str, np.ndarray]:
        """W (d, C) and b (C,) of one setting."""
        rows = slice(place, None, self.n_settings)
        return {"W": self.W[rows].T.copy(), "b": self.b[rows, 0].copy()}


def make_groups(
    grid: list[Setting], penalty: np.ndarray, n_classes: int, weight: np.ndarray | None = None
) -> list[Group]:
    """Put the settings of each classifier, in their order, into groups of about equal size.

    A group has at most GROUP settings: large groups make fast matrix products. There are at least
    two groups in all, which keep two cores busy. weight: see `Group`.
    """
    most, groups = min(GROUP, -(-len(grid) // 2)), []
    for _, of_one_kind in groupby(grid, key=lambda setting: setting.classifier):
        same = list(of_one_kind)
        ends = np.linspace(0, len(same), -(-len(same) // most) + 1).astype(int)
        for a, b in pairwise(ends):
            rates = [each.values["learning_rate"] for each in same[a:b]]
            l2 = [each.values["l2"] for each in same[a:b]]
            groups.append(Group(same[0].loss, rates, l2, penalty, n_classes, weight))
    return groups
