"""The best weights for a loss and a lambda, found to convergence."""

import numpy as np
from scipy.optimize import minimize

from pipeline.losses import objective

ITERATIONS = 2000  # of L-BFGS, at most; the hinge's kinks may end it earlier


class RowSpace:
    """The part of weight space that gradients can reach: combinations of the training rows.

    A gradient of the loss is a sum of rows, and so is the best W. With fewer rows than columns it
    is therefore found among n numbers per class in place of d, at the same loss and norm.
    """

    def __init__(self, X: np.ndarray, y: np.ndarray, n_classes: int) -> None:
        """X: float64 (n, d); y: int (n,)."""
        self.y, self.n_classes = y, n_classes
        if len(X) < X.shape[1]:
            self.basis, R = np.linalg.qr(X.T)  # (d, n), orthonormal
            self.Z = R.T
        else:
            self.basis, self.Z = np.eye(X.shape[1]), X

    def minimize(
        self, loss: str, l2: float, start: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """W (d, C) and b (C,), and both in the row space, to start a neighbouring lambda from."""
        shape = (self.Z.shape[1] + 1, self.n_classes)

        def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
            A = flat.reshape(shape)
            total, d_W, d_b = objective(A[:-1], A[-1], self.Z, self.y, l2, loss)
            return total, np.vstack([d_W, d_b]).ravel()

        options: dict = {"maxiter": ITERATIONS, "maxfun": 2 * ITERATIONS, "maxcor": 20}
        options |= {"ftol": 1e-10, "gtol": 1e-7}
        flat = np.zeros(shape).ravel() if start is None else start
        found = minimize(value, flat, jac=True, method="L-BFGS-B", options=options).x
        A = found.reshape(shape)
        return self.basis @ A[:-1], A[-1], found
