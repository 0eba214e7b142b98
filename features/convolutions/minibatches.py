"""How many images a step sees, in which chunks, how many epochs there are, how fast it learns."""

import numpy as np

CHUNK = 64  # images that one thread computes at once, and batch norm sees together
LARGEST, SMALLEST = 1024, 32  # images of a step
STEPS_AN_EPOCH = 16  # at least, as far as minibatches are not the smallest
PEAK, START = 0.23, 0.2  # the share of the steps before the peak; the learning rate at first


def batch_size(n: int) -> int:
    """Images of a minibatch, for n training images: fewer where there would be few steps."""
    size = LARGEST
    while size > SMALLEST and size * STEPS_AN_EPOCH > n:
        size //= 2
    return size


def steps_an_epoch(n: int) -> int:
    return -(-n // batch_size(n))


def n_epochs(n: int, epochs: int, steps: int) -> int:
    """How many epochs n images are trained for: `epochs`, or as many as `steps` steps take."""
    return max(epochs, -(-steps // steps_an_epoch(n)))


def cut(index: np.ndarray) -> list[np.ndarray]:
    """A minibatch cut into chunks of about equal size; no chunk depends on the threads."""
    return np.array_split(index, -(-len(index) // CHUNK))


def pace(done: float) -> float:
    """The learning rate as a share of its peak, where a share `done` of the steps is made."""
    return float(np.interp(done, [0, PEAK, 1], [START, 1, 0]))
