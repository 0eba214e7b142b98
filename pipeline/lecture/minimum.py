"""The weights that minimise a loss for a given lambda (l2), found by L-BFGS to convergence."""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from pipeline.classifiers.losses import objective

ITERATIONS = {"svm": 200, "softmax": 1000}  # of L-BFGS, at most
# Widths of the smooth hinge; minimising with each starts where the last one ended.
SMOOTHINGS = (0.3, 0.1, 0.03, 0.01, 0.003)
SMOOTHED = 500  # iterations with each width, at most

Value = Callable[[np.ndarray], tuple[float, np.ndarray]]


class RowSpace:
    """The weights that are combinations of training rows, among which the best W is searched.

    A gradient of the loss is a weighted sum of rows, and so is the best W. With fewer rows n than
    columns d it is therefore enough to search n numbers per class in place of d; the loss and the
    norm of W stay the same.
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
        """The best W (d, C) and b (C,), and both as one flat array in the row space.

        start: such a flat array, found for a similar lambda; or None, to start from 0. At the
        kinks of the SVM's hinge L-BFGS ends too early. So a smooth hinge is minimised first,
        which is made sharper step by step, and leads near the minimum.
        """
        found = np.zeros(self.shape).ravel() if start is None else start
        if loss == "svm":
            for width in SMOOTHINGS:
                found = descend(partial(self.smoothed, l2=l2, width=width), found, SMOOTHED)
        found = descend(partial(self.value, l2=l2, loss=loss), found, ITERATIONS[loss])
        A = found.reshape(self.shape)
        return self.basis @ A[:-1], A[-1], found

    def value(self, flat: np.ndarray, l2: float, loss: str) -> tuple[float, np.ndarray]:
        """The objective and its gradient at W and b, given as one flat array."""
        A = flat.reshape(self.shape)
        total, d_W, d_b = objective(A[:-1], A[-1], self.Z, self.y, l2, loss)
        return total, np.vstack([d_W, d_b]).ravel()

    def smoothed(self, flat: np.ndarray, l2: float, width: float) -> tuple[float, np.ndarray]:
        """`value` of the SVM, with width * log(1 + exp(m / width)) in place of each max(0, m)."""
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
    """The flat array at which L-BFGS ends, starting from `start`."""
    options: dict = {"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": 20}
    options |= {"ftol": 1e-10, "gtol": 1e-7}
    return minimize(value, start, jac=True, method="L-BFGS-B", options=options).x
