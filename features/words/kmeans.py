"""k-means clustering by Lloyd's algorithm: the words are the centres of clusters of points.

Each iteration assigns every point to its nearest word, and moves every word to the mean of its
points.

Source: Lloyd, Least Squares Quantization in PCM, 1982.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from features.parallel import map_in_order, slices
from features.words.nearest import nearest

SLICE = 8192  # points that a thread assigns and sums at once


class Codebook(NamedTuple):
    """The words, and how fitting them went."""

    words: np.ndarray  # float32 (n_words, d)
    inertia: np.ndarray  # float64 (iterations,): sum of squared distances to the nearest word
    reseeded: np.ndarray  # int64 (iterations,): words that had no points and were placed anew


def fit(
    points: np.ndarray,
    n_words: int,
    iterations: int,
    rng: np.random.Generator,
    threads: int = 1,
    start: np.ndarray | None = None,
) -> Codebook:
    """Learn n_words centres of points, float32 (n, d), by at most `iterations` iterations.

    Where fewer points are distinct, there are as many words as those.
    Starts from `start`, (n_words, d), or else from random points, no two the same. A word left
    without points is placed on the point that is farthest from its own word. Stops early once
    nothing changes. The result is the same for any number of threads.
    """
    words = draw_distinct(points, n_words, rng) if start is None else start.astype(np.float32)
    inertia: list[float] = []
    reseeded: list[int] = []
    for _ in range(iterations):
        words_before = words
        words, distance = lloyd_step(points, words, threads)
        inertia.append(float(distance.sum()))
        words, n_empty = reseed_empty(points, words, distance)
        reseeded.append(n_empty)
        if np.array_equal(words, words_before):
            break
    return Codebook(words, np.array(inertia), np.array(reseeded))


def draw_distinct(points: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n points at random, no two of them the same, float32 (n, d).

    Points are taken in random order, and those that equal an earlier one are left out. Where fewer
    than n points are distinct, all of those are drawn.
    """
    found: dict[bytes, int] = {}
    for i in rng.permutation(len(points)):
        found.setdefault(points[i].tobytes(), i)
        if len(found) == n:
            break
    return points[list(found.values())]


def lloyd_step(
    points: np.ndarray, words: np.ndarray, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    """Move each word to the mean of the points that are nearest to it; NaN if there are none.

    points: float32 (n, d). Returns the moved words, float32 (n_words, d), and the squared distance
    of each point to its word before the move, float64 (n,).
    """

    def assign(rows: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return _add_up(points[rows], words, nearest(points[rows], words))

    sums, counts, distance = np.zeros(words.shape), np.zeros(len(words)), []
    for found in map_in_order(assign, slices(len(points), SLICE), threads):
        sums += found[0]
        counts += found[1]
        distance.append(found[2])
    with np.errstate(invalid="ignore"):
        moved = (sums / counts[:, None]).astype(np.float32)
    return moved, np.concatenate(distance)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _add_up(points, words, word):
    """Sum and count the points of each word, and measure each point's distance to its word.

    word: int64 (n,), the index of each point's word. Returns sums (n_words, d), counts (n_words,)
    and squared distances (n,). All are float64, but the terms of a distance are added up in
    float32, several at once, which the flag `reassoc` allows.
    """
    sums, counts = np.zeros(words.shape), np.zeros(len(words))
    distance = np.empty(len(points))
    for i in range(len(points)):
        point, nearest_word, total = points[i], words[word[i]], sums[word[i]]
        squares = np.float32(0)
        for j in range(len(point)):
            total[j] += point[j]
            squares += (point[j] - nearest_word[j]) ** 2
        counts[word[i]] += 1
        distance[i] = squares
    return sums, counts, distance


def reseed_empty(
    points: np.ndarray, words: np.ndarray, distance: np.ndarray
) -> tuple[np.ndarray, int]:
    """Place each word without points on one of the points that are farthest from their words.

    words: NaN where they have no points; changed in place. distance: (n,), of each point to its
    word. Returns the words, and how many were placed.
    """
    empty = np.flatnonzero(np.isnan(words[:, 0]))
    words[empty] = points[np.argsort(-distance, kind="stable")[: len(empty)]]
    return words, len(empty)
