"""A network of two layers, trained by backpropagation: features of its own under linear scores.

The hidden layer turns a row x into numbers of its own, max(0, x W1 + b1), and scores are linear in
these. Both layers are learned together, so that a line can tell the classes apart at the end.

Source: CS231n, Neural Networks; Rumelhart, Hinton, Williams, Learning Representations by
Back-propagating Errors (1986); Srivastava et al., Dropout (2014); Chizat, Oyallon, Bach, On Lazy
Training in Differentiable Programming (2019), for why the first weights are small.
"""

import numpy as np

from pipeline.classifiers import losses
from pipeline.classifiers.balance import class_weight
from pipeline.classifiers.course import Course
from pipeline.classifiers.descent import EXPLODED, descend
from pipeline.classifiers.grid import Setting, Trained
from pipeline.classifiers.minibatches import mean_of_views
from pipeline.classifiers.rows import TrainingSet, milder_rows
from pipeline.runtime.randomness import generator

Weights = dict[str, np.ndarray]  # W1 (h, d), b1 (h, 1), W2 (C, h), b2 (C, 1), float32
NAMES = ("W1", "b1", "W2", "b2")
SMALL = 0.14  # the first weights' standard deviation; sqrt(2) would keep rows as long as they are


def train(data: TrainingSet, grid: list[Setting], sgd: dict, what: str) -> Trained:
    """Train a network for each setting of a grid; models are as in `Network.model`."""
    data = data._replace(rows=milder_rows(data.rows, data.training))
    penalty, weight = data.rows.preconditioner.penalty(), class_weight(data, sgd)
    networks = [Network(each, penalty, data.n_classes, data.seed, weight) for each in grid]
    course = Course(data, grid, {**sgd, "epochs": grid[0].fixed["epochs"]}, networks)
    course.run(what)
    trained, preconditioner = course.trained(), data.rows.preconditioner

    def model(i: int) -> Weights:
        found = trained.model(i)
        return {**found, "W1": preconditioner.weights(found["W1"])}

    return trained._replace(model=model)


def scores(model: Weights, X: np.ndarray) -> np.ndarray:
    """The scores (m, C) that a model gives standardised rows X (m, d)."""
    hidden = np.maximum(X @ model["W1"] + model["b1"], 0)
    return hidden @ model["W2"] + model["b2"]


def backpropagate(
    weights: Weights, X: np.ndarray, y: np.ndarray, loss: losses.Loss, kept: np.ndarray | float = 1
) -> tuple[np.ndarray, np.ndarray, Weights]:
    """Loss of each image (n,), its scores (n, C), and the gradients of the mean loss.

    X (n, d); y (n,). kept: what hidden numbers are multiplied by, (n, h) or one number for all: 0
    for those that are dropped. loss: a function as in `losses`, which may weigh images.
    """
    hidden = X @ weights["W1"].T + weights["b1"][:, 0]
    hidden = np.maximum(hidden, 0, out=hidden)
    hidden *= kept
    found = hidden @ weights["W2"].T + weights["b2"][:, 0]
    each, slope = loss(found, y)
    slope = slope / np.asarray(len(X), X.dtype)
    back = slope @ weights["W2"]
    back *= kept
    back *= hidden > 0
    gradients = {
        "W1": back.T @ X,
        "b1": back.sum(axis=0)[:, None],
        "W2": slope.T @ hidden,
        "b2": slope.sum(axis=0)[:, None],
    }
    return each, found, gradients


class Network:
    """A network of two layers in training, with one setting: a `Learner`."""

    n_settings = 1

    def __init__(
        self,
        setting: Setting,
        penalty: np.ndarray,
        n_classes: int,
        seed: int,
        weight: np.ndarray | None = None,
    ) -> None:
        """setting: with learning_rate, l2, hidden and dropout. penalty, weight: as of `Group`.

        The first weights are SMALL: what they are by chance stays in them, and is noise to what
        they learn. The second layer adds up as many numbers as there are hidden ones, so its
        learning rate is that much smaller.
        """
        values = setting.values
        d, h = len(penalty), int(values["hidden"])
        self.rng = generator(seed, f"two_layer {sorted(values.items())}")
        self.weights = {
            "W1": self.rng.standard_normal((h, d), np.float32) * np.float32(SMALL),
            "b1": np.zeros((h, 1), np.float32),
            "W2": self.rng.standard_normal((n_classes, h), np.float32) / np.float32(np.sqrt(h)),
            "b2": np.zeros((n_classes, 1), np.float32),
        }
        self.V = {name: np.zeros_like(each) for name, each in self.weights.items()}
        rate = values["learning_rate"]
        self.rate = {"W1": rate, "b1": rate, "W2": rate / h, "b2": rate / h}
        self.penalty = {"W1": penalty, "W2": np.ones(h, np.float32)}
        self.l2, self.dropout = values["l2"], np.float32(values["dropout"])
        self.chance = losses.named(setting.loss)(np.zeros((1, n_classes)), np.zeros(1, int))[0][0]
        self.named_loss, self.weight = losses.named(setting.loss), weight
        self.diverged = np.zeros(1, bool)

    def loss(self, scores: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As in `losses`, weighted by class."""
        each, slope = self.named_loss(scores, y)
        if self.weight is not None:
            each, slope = each * self.weight[y], slope * self.weight[y, None]
        return each, slope

    def step(
        self, X: np.ndarray, y: np.ndarray, rows: np.ndarray, momentum: float, factor: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on a minibatch: see `Group.step`."""
        kept: np.ndarray | float = 1
        if self.dropout:
            shape = len(X), len(self.weights["W1"])
            kept = (self.rng.random(shape, np.float32) >= self.dropout) / (1 - self.dropout)
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging network: caught below
            each, found, gradients = backpropagate(self.weights, X, y, self.loss, kept)
            for name in NAMES:
                W = self.weights[name]
                rate = np.full(len(W), self.rate[name] * factor, np.float32)
                l2 = np.full(len(W), self.l2, np.float32)
                penalty = self.penalty.get(name, np.zeros(1, np.float32))
                descend(W, self.V[name], gradients[name], rate, l2, penalty, np.float32(momentum))
        right = np.count_nonzero(found.argmax(axis=1) == y)
        return np.array([each.sum(dtype=np.float64)]), np.array([right])

    def score(self, X: np.ndarray, y: np.ndarray, importance: np.ndarray) -> np.ndarray:
        """Sums over the images of X and y: see `Group.score`."""
        with np.errstate(over="ignore", invalid="ignore"):
            found = mean_of_views(scores(self.model(0), X), len(y))
            each, _ = self.loss(found, y)
        right = found.argmax(axis=1) == y
        sums = each.sum(dtype=np.float64), right.sum(), importance[y] @ right
        return np.array(sums)[:, None]

    def stop_diverged(self, mean_loss: np.ndarray) -> None:
        """Set the weights to 0 for good where the loss (1,) is not finite or exploded."""
        with np.errstate(invalid="ignore"):
            self.diverged |= ~(mean_loss <= EXPLODED * self.chance)
        if self.diverged[0]:
            self.rate = dict.fromkeys(self.rate, 0.0)
            for array in (*self.weights.values(), *self.V.values()):
                array[:] = 0

    def objective(self, mean_loss: np.ndarray) -> np.ndarray:
        """Unknown: what is minimised has many minima, and the deepest is not the best to have."""
        return np.full(1, np.nan)

    def keep(self, index: list[int]) -> "Network":
        return self

    def model(self, place: int) -> Weights:
        """W1 (d, h), b1 (h,), W2 (h, C) and b2 (C,)."""
        W1, b1, W2, b2 = (self.weights[name] for name in NAMES)
        return {"W1": W1.T, "b1": b1[:, 0], "W2": W2.T, "b2": b2[:, 0]}
