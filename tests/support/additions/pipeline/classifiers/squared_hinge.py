"""The squared hinge: as the SVM's, but steeper the more a margin is violated."""

import numpy as np


def squared_hinge(scores, y):
    """Sum over wrong classes of max(0, s_j - s_y + 1)**2; shapes as in `losses.svm`."""
    index = y.reshape(-1, *[1] * (scores.ndim - 1))
    margins = scores - np.take_along_axis(scores, index, axis=1) + np.float32(1)
    np.put_along_axis(margins, index, 0, axis=1)
    margins = np.maximum(margins, 0)
    gradient = 2 * margins
    np.put_along_axis(gradient, index, -gradient.sum(axis=1, keepdims=True), axis=1)
    return (margins**2).sum(axis=1), gradient
