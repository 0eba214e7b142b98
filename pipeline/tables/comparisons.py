"""Every row of the results beside every other, on the same test images."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import bdtr, stdtr

from pipeline.tables.uncertainty import (
    NORMAL,
    SURE,
    Answers,
    Error,
    Variation,
    differences,
    error,
)

COLUMNS = (
    *("representation", "classifier", "other_representation", "other_classifier"),
    *("n_images", "n_seeds", "difference", "low", "high"),
    *("only_first_right", "only_other_right", "p", "p_holm", "told_apart"),
)
FALSE_ALARMS = 0.05  # the share of tables in which any pair of equals may be told apart
RESAMPLINGS = 2000  # of the images
AT_ONCE = 100  # of them in memory


def compare(answers: Answers, found: Variation, rng: np.random.Generator) -> pd.DataFrame:
    """A row for each pair of rows, first < other, with the last columns of the table.

    The columns first and other are places of rows. With one trial on single images, p is that of
    McNemar's test. Else its answers are not independent of each other, and p is the larger one of
    McNemar's and of the t-test of the difference over its standard error, which knows of that.
    """
    first, other = np.triu_indices(len(found.accuracy), k=1)
    of = error(found, differences)
    difference = found.accuracy[first] - found.accuracy[other]
    low, high = ends(found, of, rng)
    n_images, only_first, only_other = disagreements(answers)
    p = mcnemar(only_first, only_other)
    if found.n_trials > 1 or found.grouped:
        p = np.maximum(p, t_test(difference, of, (first, other)))
    corrected = holm(p)
    return pd.DataFrame(
        {
            "first": first,
            "other": other,
            "n_images": n_images,
            "difference": difference,
            "low": difference + low,
            "high": difference + high,
            "only_first_right": only_first,
            "only_other_right": only_other,
            "p": p,
            "p_holm": corrected,
            "told_apart": corrected < FALSE_ALARMS,
        }
    )


def disagreements(answers: Answers) -> tuple[int, np.ndarray, np.ndarray]:
    """How many images there are, and of each pair, on how many the first, or the other, is better.

    An image counts once, however many trials test it: for the row that is right on it more often.
    """
    images, places = np.unique(np.concatenate(answers.image), return_inverse=True)
    right = np.concatenate(answers.right)
    often = np.zeros((right.shape[1], len(images)), np.int16)  # rows of memory are compared
    for row, mine in zip(often, right.T, strict=True):
        row[:] = np.bincount(places[mine], minlength=len(images))
    better = [
        ((often[k] > often[k + 1 :]).sum(axis=1), (often[k] < often[k + 1 :]).sum(axis=1))
        for k in range(len(often))
    ]
    first, other = (np.concatenate(each) for each in zip(*better, strict=True))
    return len(images), first, other


def mcnemar(only_first: np.ndarray, only_other: np.ndarray) -> np.ndarray:
    """The exact test's p: a fair coin would be as uneven, or more, in so many throws.

    Source: McNemar, Note on the Sampling Error of the Difference Between Correlated Proportions,
    1947; exact, so that few images are no matter.
    """
    fewer, n = np.minimum(only_first, only_other), only_first + only_other
    return np.minimum(1, 2 * bdtr(fewer.astype(float), n, 0.5))


def t_test(difference: np.ndarray, of: Error, pairs: tuple) -> np.ndarray:
    """The p of differences that are 0 but for chance; 1 where the difference is 0."""
    size, variance = np.abs(difference), of.total[pairs]
    t = np.divide(size, np.sqrt(variance), out=np.full(size.shape, np.inf), where=variance > 0)
    return np.where(size > 0, 2 * stdtr(np.minimum(of.freedom[pairs], 1e9), -t), 1.0)


def holm(p: np.ndarray) -> np.ndarray:
    """p corrected for how many there are, (k,).

    The share of tables in which any pair is told apart that is equal is then at most the limit.
    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979.
    """
    order = np.argsort(p, kind="stable")
    corrected = np.empty_like(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected[order] = np.minimum(1, np.maximum.accumulate(steps))
    return corrected


def ends(found: Variation, of: Error, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """How far 95 % intervals of all pairs' differences reach down and up, by a bootstrap.

    Units are drawn anew with replacement, the same ones for all rows; what trials add is drawn
    from a normal distribution, since three seeds drawn anew would mostly be the same three. Both
    are widened by as much as Student's t is wider than normal. Source: Efron, Bootstrap Methods:
    Another Look at the Jackknife, 1979.
    """
    moved = np.concatenate(list(resampled(found.influence, rng)))
    by_trials = rng.standard_normal(RESAMPLINGS)
    low, high = [], []
    for k in range(moved.shape[1]):
        others = slice(k + 1, None)
        drawn = moved[:, k, None] - moved[:, others]
        drawn += by_trials[:, None] * np.sqrt(of.trials[k, others])
        tail = 100 * (1 - SURE) / 2
        down, up = np.percentile(drawn, [tail, 100 - tail], axis=0) * of.reach[k, others] / NORMAL
        low.append(down)
        high.append(up)
    return np.concatenate(low), np.concatenate(high)


def resampled(influence: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """By how much each of RESAMPLINGS moves the accuracies, (AT_ONCE, R) at a time."""
    m = len(influence)
    rows = m * np.arange(AT_ONCE)[:, None]
    for _ in range(RESAMPLINGS // AT_ONCE):
        drawn = rng.integers(m, size=(AT_ONCE, m))
        times = np.bincount((drawn + rows).ravel(), minlength=AT_ONCE * m).reshape(AT_ONCE, m)
        yield times.astype(float) @ influence
