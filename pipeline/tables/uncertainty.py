"""How far accuracies, and their differences, can be from those of other images and other seeds.

Two things happen by chance. One is which images are tested; their unit is an image or, where
images belong together, such as crops of one photograph, a group of them. The other is what is
drawn in a trial: the seed's codebook and order of training, and the training images where they
are drawn. A variance is estimated of both, and Student's t allows for how few trials there are.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

SURE = 0.95  # the share of intervals that hold the true value
NORMAL = float(ndtri((1 + SURE) / 2))  # standard errors from the middle to the interval's end
BEFOREHAND = 4  # degrees of freedom that the variance expected by chance counts as, for few trials


@dataclass(frozen=True)
class Answers:
    """What R rows of a table answered in J trials, each on its own test images.

    right: of each trial, whether the answers are right, bool (n, R). image, unit: of each trial,
    the images, and the unit that each belongs to, int (n,). ratio: test images over those that
    are not tested (training and validation). folds: whether trials are folds.
    """

    right: list[np.ndarray]
    image: list[np.ndarray]
    unit: list[np.ndarray]
    ratio: float = 0.0
    folds: bool = False


@dataclass(frozen=True)
class Variation:
    """How the accuracies of R rows vary over m units and J trials.

    accuracy: the means over trials (R,). influence: how much each unit moves them, (m, R), each
    column adds up to 0. units: their covariance by which units there are, (R, R). cells: the same,
    if what a unit does in one trial said nothing of what it does in another. trials: the
    covariance of the accuracies of single trials. grouped: whether a unit has several images.
    drawn: whether trials draw their test images; folds: whether they are folds.
    """

    accuracy: np.ndarray
    influence: np.ndarray
    units: np.ndarray
    cells: np.ndarray
    trials: np.ndarray
    n_trials: int
    grouped: bool
    drawn: bool
    folds: bool
    ratio: float


@dataclass(frozen=True)
class Error:
    """The variance of accuracies or differences: by units, what trials add, and Student's t."""

    units: np.ndarray
    trials: np.ndarray
    freedom: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return self.units + self.trials

    @property
    def reach(self) -> np.ndarray:
        """How many standard errors the interval goes to either side: NORMAL, or more for few."""
        few = np.isfinite(self.freedom)
        return np.where(few, stdtrit(np.where(few, self.freedom, 1.0), (1 + SURE) / 2), NORMAL)


def variation(answers: Answers) -> Variation:
    """How the accuracies vary; a unit's influence is that on their first-order approximation."""
    n_trials, n_rows = len(answers.right), answers.right[0].shape[1]
    units, places = np.unique(np.concatenate(answers.unit), return_inverse=True)
    m, n_images = len(units), len(np.unique(np.concatenate(answers.image)))
    ends = np.cumsum([len(unit) for unit in answers.unit])
    influence, accuracy = np.zeros((m, n_rows)), np.zeros((n_trials, n_rows))
    cells = np.zeros((n_rows, n_rows))
    for j, place in enumerate(np.split(places, ends[:-1])):
        right = answers.right[j].astype(np.float64)
        accuracy[j] = right.mean(axis=0)
        moved = np.zeros((m, n_rows))
        np.add.at(moved, place, (right - accuracy[j]) / (n_trials * len(right)))
        influence += moved
        cells += moved.T @ moved
    grouped = m < n_images
    few = m / max(1, m - 1) if grouped else 1.0  # single images are the textbook's p (1 - p) / n
    return Variation(
        accuracy=accuracy.mean(axis=0),
        influence=influence,
        units=few * (influence.T @ influence),
        cells=few * cells,
        trials=np.atleast_2d(np.cov(accuracy.T)) if n_trials > 1 else np.zeros_like(cells),
        n_trials=n_trials,
        grouped=grouped,
        drawn=any(not np.array_equal(each, answers.image[0]) for each in answers.image),
        folds=answers.folds,
        ratio=answers.ratio,
    )


def rows(matrix: np.ndarray) -> np.ndarray:
    """The variances of R rows, (R,), of their covariance matrix (R, R)."""
    return np.diag(matrix).copy()


def differences(matrix: np.ndarray) -> np.ndarray:
    """The variances (R, R) of the differences of every two rows, of their covariance matrix."""
    own = np.diag(matrix)
    return np.maximum(0, own[:, None] + own[None, :] - 2 * matrix)


def error(found: Variation, of: Callable[[np.ndarray], np.ndarray]) -> Error:
    """The variance of what `of`, which is `rows` or `differences`, takes from a covariance matrix.

    One trial says nothing of trials. Trials on the same test images are a second component, beside
    units, of the crossed design's analysis of variance, with Satterthwaite's degrees of freedom
    (Searle, Casella and McCulloch, Variance Components, 1992). Trials that draw test images draw
    the training images from among the same ones: then it is Nadeau and Bengio's corrected variance
    (Inference for the Generalization Error, 2003), or that by units alone, whichever makes the
    wider interval. Folds have J - 1 degrees of freedom. Seeds are often two or three, of which a
    variance says next to nothing: it is moderated by the one that single trials would have if they
    differed by their test images alone (Smyth, Linear Models and Empirical Bayes Methods, 2004).
    """
    J, units = found.n_trials, of(found.units)
    of_units = float(max(1, len(found.influence) - 1)) if found.grouped else np.inf
    alone = Error(units, np.zeros_like(units), np.full(units.shape, of_units))
    if J == 1:
        return alone
    spread = of(found.trials)
    if found.drawn:
        known = 0 if found.folds else BEFOREHAND
        moderated = (known * J * of(found.cells) + (J - 1) * spread) / (known + J - 1)
        corrected = (1 / J + found.ratio) * moderated
        few = np.full(units.shape, known + J - 1.0)
        both = Error(np.minimum(units, corrected), np.maximum(0, corrected - units), few)
        wider = both.reach**2 * both.total > alone.reach**2 * units
        pairs = zip(astuple(both), astuple(alone), strict=True)
        return Error(*(np.where(wider, one, other) for one, other in pairs))
    by_chance = J / (J - 1) * (J * of(found.cells) - units)  # of the same models, by their images
    trials = np.maximum(0, spread - by_chance) / J
    uncertain = (spread / J) ** 2 / (J - 1) + units**2 / of_units
    total = units + trials
    freedom = np.divide(total**2, uncertain, out=alone.freedom.copy(), where=uncertain > 0)
    return Error(units, trials, np.maximum(1, freedom))


def effective(found: Variation) -> np.ndarray:
    """How many images, tested once and independent of each other, would tell as much, (R,).

    Where all answers are right, or all wrong, they tell nothing of that: it is the units then.
    """
    p, variance = found.accuracy, error(found, rows).total
    return np.divide(
        p * (1 - p),
        variance,
        out=np.full(p.shape, float(len(found.influence))),
        where=variance > 0,
    )


def intervals(found: Variation) -> tuple[np.ndarray, np.ndarray]:
    """The ends of 95 % intervals of the accuracies, each (R,), shares of 1.

    Wilson's (Probable Inference, 1927), of as many images as are effective, with Student's t: for
    a trial on single images, it is Wilson's itself. Source of the effective number: Korn and
    Graubard, Confidence Intervals for Proportions with Small Expected Number of Positive Counts
    Estimated from Survey Data, 1998.
    """
    p, n, reach = found.accuracy, effective(found), error(found, rows).reach
    shrunk = 1 + reach**2 / n
    middle = (p + reach**2 / (2 * n)) / shrunk
    half = reach / shrunk * np.sqrt(p * (1 - p) / n + reach**2 / (4 * n**2))
    return np.maximum(0, middle - half), np.minimum(1, middle + half)
