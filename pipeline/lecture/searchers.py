"""Methods that search for W, from blind to informed; each is a generator of steps.

Theta is W with b as its last row, float64 (d + 1, C). After every step a method yields the theta
that it has come to, and how many images' losses were computed for the step.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from pipeline.classifiers.losses import named, objective

Steps = Iterator[tuple[np.ndarray, int]]

STD = 0.01  # of random weights, and of random steps
H = 1e-3  # step of central differences


class Task:
    """What is minimised: the mean loss of linear scores over the rows X float64 (n, d)."""

    def __init__(self, X: np.ndarray, y: np.ndarray, n_classes: int, loss: str) -> None:
        self.X, self.y, self.loss = X, y, loss
        self.shape = (X.shape[1] + 1, n_classes)

    @cached_property
    def curvature(self) -> tuple[float, float]:
        """The curvature of all images, and what a batch of one image may add to it.

        The first is the largest eigenvalue of X^T X / n, the second the mean squared length of a
        row; both plus 1 for the bias.
        """
        X = self.X
        largest = float(np.linalg.eigvalsh(X.T @ X / len(X))[-1]) + 1
        return largest, np.einsum("nd,nd->n", X, X).mean() + 1

    def value(self, theta: np.ndarray) -> float:
        scores = self.X @ theta[:-1] + theta[-1]
        return float(named(self.loss)(scores, self.y)[0].mean())

    def gradient(self, theta: np.ndarray, rows=slice(None)) -> np.ndarray:
        X, y = self.X[rows], self.y[rows]
        _, d_W, d_b = objective(theta[:-1], theta[-1], X, y, 0, self.loss)
        return np.vstack([d_W, d_b])

    def rate(self, batch_size: int) -> float:
        """The learning rate for a batch of this size: 2 / (the curvature that it may have)."""
        largest, squared = self.curvature
        return 1 / (0.5 * (largest + squared / batch_size))


def random_search(task: Task, rng: np.random.Generator) -> Steps:
    """Random weights again and again; the best are kept."""
    best, lowest = np.zeros(task.shape), np.inf
    while True:
        theta = STD * rng.standard_normal(task.shape)
        value = task.value(theta)
        if value < lowest:
            best, lowest = theta, value
        yield best, len(task.y)


def random_local_search(task: Task, rng: np.random.Generator) -> Steps:
    """A random step from the best weights so far, taken if it lowers the loss."""
    best = STD * rng.standard_normal(task.shape)
    lowest = task.value(best)
    yield best, len(task.y)
    while True:
        theta = best + STD * rng.standard_normal(task.shape)
        value = task.value(theta)
        if value < lowest:
            best, lowest = theta, value
        yield best, len(task.y)


def numerical_gradient_descent(task: Task, rng: np.random.Generator) -> Steps:
    """Gradient descent with central differences: two evaluations for each weight, then a step."""
    theta = STD * rng.standard_normal(task.shape)
    while True:
        slope = np.empty(theta.size)
        for i in range(theta.size):
            slope[i] = difference(task, theta, i, H)
            yield theta, 2 * len(task.y)
        theta = theta - task.rate(len(task.y)) * slope.reshape(theta.shape)
        yield theta, 0


def difference(task: Task, theta: np.ndarray, i: int, h: float) -> float:
    """Central difference of the loss along coordinate i of theta, with the step h."""
    moved = theta.copy()
    moved.flat[i] += h
    above = task.value(moved)
    moved.flat[i] -= 2 * h
    return (above - task.value(moved)) / (2 * h)


def gradient_descent(task: Task, rng: np.random.Generator) -> Steps:
    """Steps against the analytic gradient of all images."""
    theta = STD * rng.standard_normal(task.shape)
    rate = task.rate(len(task.y))
    while True:
        theta = theta - rate * task.gradient(theta)
        yield theta, len(task.y)


def minibatch_sgd(task: Task, rng: np.random.Generator, batch_size: int) -> Steps:
    """Steps against the analytic gradient of one minibatch after the other, in random order."""
    theta = STD * rng.standard_normal(task.shape)
    rate = task.rate(batch_size)
    while True:
        order = rng.permutation(len(task.y))
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            theta = theta - rate * task.gradient(theta, batch)
            yield theta, len(batch)
