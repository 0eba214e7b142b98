"""Epochs: minibatches go through all that is trained side by side, once each."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

import numpy as np

from features.parallel import Map
from pipeline.classifiers.minibatches import Batch, TrainingBatch

Factors = tuple[float, float]  # of learning rates, at the start and at the end of an epoch


class Learner(Protocol):
    """What is trained by minibatches: classifiers with S settings of a grid, side by side.

    diverged: bool (S,), those that were stopped, see `stop_diverged`.
    """

    diverged: np.ndarray

    @property
    def n_settings(self) -> int:
        """S."""

    def step(
        self, X: np.ndarray, y: np.ndarray, rows: np.ndarray, momentum: float, factor: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on the rows X (m, d) of classes y (m,), with learning rates times `factor`.

        rows: int (m,), which of the training rows they are.
        Returns loss and number of right predictions before this step, summed over it, (S,) each.
        """

    def score(self, X: np.ndarray, y: np.ndarray, importance: np.ndarray) -> np.ndarray:
        """Sums over the images of X and y, float64 (3, S): loss, right ones, right ones weighted.

        X (views * m, d) holds the rows of m images, view by view; y is (m,). importance: float64
        (C,), how much a right answer counts in the last.
        """

    def stop_diverged(self, mean_loss: np.ndarray) -> None:
        """Stop settings whose loss (S,) is not finite or exploded."""

    def objective(self, mean_loss: np.ndarray) -> np.ndarray:
        """What training minimises, (S,), from the mean loss (S,); nan where it is no end."""

    def keep(self, index: list[int]) -> "Learner":
        """The same with the settings at `index` alone, trained as far as they are."""

    def model(self, place: int) -> dict[str, np.ndarray]:
        """The arrays, by name, of one setting."""


@runtime_checkable
class VarianceReduced(Learner, Protocol):
    """A learner that can take the noise of minibatches out of its steps, see `descent`."""

    def start_snapshot(self, n: int) -> None:
        """Begin a snapshot of all n training rows, at the weights as they are now."""

    def add_to_snapshot(self, X: np.ndarray, y: np.ndarray, rows: np.ndarray) -> None:
        """Add the training rows X (m, d), of classes y and numbers `rows`, both (m,)."""


def take_snapshots(
    learners: Sequence[VarianceReduced], batches: Iterable[TrainingBatch], n: int, map_: Map
) -> None:
    """Have learners take a snapshot of all n training rows, which the minibatches hold."""
    for learner in learners:
        learner.start_snapshot(n)
    for batch in batches:
        list(map_(lambda learner, batch=batch: learner.add_to_snapshot(*batch), learners))


def run_epoch(
    learners: Sequence[Learner],
    batches: Iterable[TrainingBatch],
    n: int,
    momentum: float,
    factors: Factors,
    map_: Map,
) -> np.ndarray:
    """Train all learners for one epoch, on minibatches (X, y, rows) of n rows in all.

    Learning rates are multiplied by a factor that falls in a straight line from factors[0] to
    factors[1]. Returns the mean loss and the accuracy of each setting, float64 (2, settings). Each
    minibatch is counted just before its step, so the weights change in the meantime.
    """

    def act(learner: Learner, batch: TrainingBatch, seen: int) -> np.ndarray:
        factor = factors[0] + (factors[1] - factors[0]) * seen / n
        return np.stack(learner.step(*batch, momentum, factor))

    return means(learners, batches, act, map_)


def evaluate(
    learners: Sequence[Learner], batches: Iterable[Batch], importance: np.ndarray, map_: Map
) -> np.ndarray:
    """What `Learner.score` adds up over minibatches (X, y), as means: float64 (3, settings)."""

    def act(learner: Learner, batch: Batch, seen: int) -> np.ndarray:
        return learner.score(*batch, importance)

    return means(learners, batches, act, map_)


def means(
    learners: Sequence[Learner],
    batches: Iterable[Batch | TrainingBatch],
    act: Callable[..., np.ndarray],
    map_: Map,
) -> np.ndarray:
    """What `act` returns for each learner and minibatch, in all, over the number of images.

    act: a function of a learner, a minibatch, and how many images were seen before; it returns
    sums over the images, of the loss first, float64 (k, S). The result is float64 (k, settings).
    Stops settings that have diverged: a divergence in an epoch's last steps is first seen
    afterwards.
    """
    seen, sums = 0, [np.zeros(())] * len(learners)
    for batch in batches:
        found = map_(partial(act, batch=batch, seen=seen), learners)
        sums = [total + some for total, some in zip(sums, found, strict=True)]
        seen += len(batch[1])
    for learner, total in zip(learners, sums, strict=True):
        learner.stop_diverged(total[0] / seen)
    return np.concatenate(sums, axis=1) / seen
