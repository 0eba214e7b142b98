"""The best weights for a loss and a lambda, found to convergence."""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from pipeline.classifiers.losses import objective

ITERATIONS = {"svm": 200, "softmax": 1000}  # of L-BFGS, at most
SMOOTHINGS = (0.3, 0.1, 0.03, 0.01, 0.003)  # of the hinge, each from where the last one ended
SMOOTHED = 500  # iterations of each

Value = Callable[[np.ndarray], tuple[float, np.ndarray]]


class RowSpace:
    """The part of weight space that gradients can reach: combinations of the training rows.

    A gradient of the loss is a sum of rows, and so is the best W. With fewer rows than columns it
    is therefore found among n numbers per class in place of d, at the same loss and norm.
    """

    def __init__(self, X: np.ndarray, y: np.ndarray, n_classes: int) -> None:
        """X: float64 (n, d); y: int (n,)."""
        self.y = y
        if len(X) < X.shape[1]:
            self.basis, R = np.linalg.qr(X.T)  # (d, n), orthonormal
            self.Z = R.T
        else:
            self.basis, self.Z = np.eye(X.shape[1]), X
        self.shape = (self.Z.shape[1] + 1, n_classes)

    def minimize(
        self, loss: str, l2: float, start: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """W (d, C) and b (C,), and both in the row space, to start a neighbouring lambda from.

        At the hinge's kinks L-BFGS ends too early: a smooth hinge, in steps ever sharper, leads
        near the minimum first.
        """
        found = np.zeros(self.shape).ravel() if start is None else start
        if loss == "svm":
            for width in SMOOTHINGS:
                found = descend(partial(self.smoothed, l2=l2, width=width), found, SMOOTHED)
        found = descend(partial(self.value, l2=l2, loss=loss), found, ITERATIONS[loss])
        A = found.reshape(self.shape)
        return self.basis @ A[:-1], A[-1], found

    def value(self, flat: np.ndarray, l2: float, loss: str) -> tuple[float, np.ndarray]:
        A = flat.reshape(self.shape)
        total, d_W, d_b = objective(A[:-1], A[-1], self.Z, self.y, l2, loss)
        return total, np.vstack([d_W, d_b]).ravel()

    def smoothed(self, flat: np.ndarray, l2: float, width: float) -> tuple[float, np.ndarray]:
        """The SVM's objective with each max(0, m) as width * log(1 + exp(m / width))."""
        A, n, rows = flat.reshape(self.shape), len(self.y), np.arange(len(self.y))
        scores = self.Z @ A[:-1] + A[-1]
        margins = (scores - scores[rows, self.y][:, None] + 1) / width
        margins[rows, self.y] = -np.inf
        slopes = expit(margins)
        slopes[rows, self.y] = -slopes.sum(axis=1)
        total = width * np.logaddexp(0, margins).sum() / n + l2 * np.sum(A[:-1] ** 2)
        d_W = self.Z.T @ slopes / n + 2 * l2 * A[:-1]
        return float(total), np.vstack([d_W, slopes.sum(axis=0) / n]).ravel()


def descend(value: Value, start: np.ndarray, iterations: int) -> np.ndarray:
    """L-BFGS from `start`, both flat."""
    options: dict = {"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": 20}
    options |= {"ftol": 1e-10, "gtol": 1e-7}
    return minimize(value, start, jac=True, method="L-BFGS-B", options=options).x
