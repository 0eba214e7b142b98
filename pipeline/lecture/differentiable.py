"""What has a gradient to be checked: linear classifiers and the network of two layers.

Each takes its weights as one vector, theta. The objective is smooth but for kinks, where one
smooth piece ends and another begins; `piece` tells on which of them a theta lies.
"""

from typing import NamedTuple

import numpy as np

from pipeline.classifiers import two_layer
from pipeline.classifiers.losses import named, objective
from pipeline.lecture.problem import Problem

HIDDEN = 20  # numbers of the hidden layer
STD = 0.03  # of a linear classifier's weights


class Linear(NamedTuple):
    """A linear classifier. theta: W (d, C), row by row, then b (C,)."""

    problem: Problem
    loss: str
    l2: float

    def start(self, rng: np.random.Generator) -> np.ndarray:
        """Small weights, at random."""
        return STD * rng.standard_normal((self.problem.X.shape[1] + 1) * self.problem.n_classes)

    def split(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """W (d, C) and b (C,)."""
        rows = theta.reshape(-1, self.problem.n_classes)
        return rows[:-1], rows[-1]

    def value(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """The objective and its gradient, as the pipeline computes them."""
        X, y = self.problem.X, self.problem.y
        total, d_W, d_b = objective(*self.split(theta), X, y, self.l2, self.loss)
        return total, np.append(d_W, d_b)

    def piece(self, theta: np.ndarray) -> np.ndarray:
        """Which margins of the hinge are violated, bool (n, C); softmax is one piece."""
        if self.loss == "softmax":
            return np.zeros((0, 0), bool)
        W, b = self.split(theta)
        scores = self.problem.X @ W + b
        correct = np.take_along_axis(scores, self.problem.y[:, None], axis=1)
        return scores - correct + 1 > 0


class TwoLayer(NamedTuple):
    """A network of two layers under softmax. theta: W1, b1, W2 and b2 as in `two_layer`."""

    problem: Problem
    l2: float

    def shapes(self) -> dict[str, tuple[int, int]]:
        d, n_classes = self.problem.X.shape[1], self.problem.n_classes
        return dict(
            zip(
                two_layer.NAMES,
                ((HIDDEN, d), (HIDDEN, 1), (n_classes, HIDDEN), (n_classes, 1)),
                strict=True,
            )
        )

    def start(self, rng: np.random.Generator) -> np.ndarray:
        """Weights at random, as large as keeps numbers of a layer as large as those before it."""
        drawn = [
            rng.standard_normal(shape) * np.sqrt(2 / shape[1]) for shape in self.shapes().values()
        ]
        return np.concatenate([each.ravel() for each in drawn])

    def split(self, theta: np.ndarray) -> two_layer.Weights:
        ends = np.cumsum([rows * cols for rows, cols in self.shapes().values()])
        parts = zip(self.shapes().items(), np.split(theta, ends[:-1]), strict=True)
        return {name: part.reshape(shape) for (name, shape), part in parts}

    def value(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """The objective and its gradient, as the pipeline computes them, with weight decay."""
        weights, X, y = self.split(theta), self.problem.X, self.problem.y
        loss, _, slopes = two_layer.backpropagate(weights, X, y, named("softmax"))
        total = loss.mean()
        for name in ("W1", "W2"):
            total += self.l2 * np.sum(weights[name] ** 2)
            slopes[name] = slopes[name] + 2 * self.l2 * weights[name]
        return float(total), np.concatenate([slopes[name].ravel() for name in two_layer.NAMES])

    def piece(self, theta: np.ndarray) -> np.ndarray:
        """Which hidden numbers are above 0, bool (n, h)."""
        weights = self.split(theta)
        return self.problem.X @ weights["W1"].T + weights["b1"][:, 0] > 0
