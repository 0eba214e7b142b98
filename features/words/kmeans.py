"""k-means by Lloyd's iterations: rough products find the words that are near, exact ones decide.

Nearly all of the time goes into comparing every point with every word. Products of numbers rounded
to half their bits take half of it, and how far off they may be is known, point by point. Only the
few words that come within that of the best are compared in float32, and so each point goes to its
nearest word, as if all had been.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import sparse

from features.errors import BadInput
from features.parallel import map_in_order, slices
from features.words import bfloat16

BLOCK = 8192  # points whose sums are added up together
TILE = 112  # points whose scores against all words stay in the processor's cache
ROUNDING = 2.0**-22  # of sums in float32: a term changes by less than this share of the largest


class Codebook(NamedTuple):
    words: np.ndarray  # float32 (n_words, d)
    inertia: np.ndarray  # float64 (iterations,): sum of squared distances to the nearest word
    reseeded: np.ndarray  # int64 (iterations,): words that had no points and were placed anew


class Rounded(NamedTuple):
    """Rows (n, d), as they are and in bfloat16."""

    exact: np.ndarray  # float32 (n, d)
    rough: np.ndarray  # uint16 (n, d rounded up to even), see `bfloat16.rounded`
    square: np.ndarray  # float32 (n,): squared length
    error: np.ndarray  # float32 (n,): how far rounding has moved each
    squared_norm: np.ndarray  # float64 (n,): squared length once more, for small distances

    def part(self, rows: slice) -> "Rounded":
        return Rounded(*(array[rows] for array in self))


def round_off(X: np.ndarray) -> Rounded:
    """X: float32 (n, d)."""
    rough = bfloat16.rounded(X)
    square, error = np.empty((2, len(X)), np.float32)
    _measure(X, rough, square, error)
    return Rounded(X, rough, square, error, np.einsum("nd,nd->n", X, X, dtype=np.float64))


@njit(cache=True, nogil=True)
def _measure(X, rough, square, error):
    for i in range(X.shape[0]):
        squares = off = np.float32(0)
        for j in range(X.shape[1]):
            difference = X[i, j] - np.uint32(np.uint32(rough[i, j]) << np.uint32(16)).view(
                np.float32
            )
            squares += X[i, j] * X[i, j]
            off += difference * difference
        square[i], error[i] = squares, np.sqrt(off)


def nearest(points: Rounded, words: Rounded) -> tuple[np.ndarray, np.ndarray]:
    """The nearest word of each of n points, int64 (n,), of several the first; and its score.

    A word w has the score x.w - |w|^2 / 2, float32 (n,), for a point x: the highest is that of the
    nearest word, since |x - w|^2 = |x|^2 - 2 (x.w - |w|^2 / 2).
    """
    bias = -0.5 * words.square
    panels = bfloat16.lay_out(words.rough, bias)
    # By Cauchy and Schwarz: |x.w - x'.w'| <= |x - x'| |w| + |x'| |w - w'|, and what sums lose.
    length, longest, worst = np.sqrt(points.square), np.sqrt(words.square.max()), words.error.max()
    lost = ROUNDING * points.exact.shape[1] * (length + longest) * longest
    reach = 2 * (points.error * longest + (length + points.error) * worst + lost)
    word, score = np.empty(len(reach), np.int64), np.empty(len(reach), np.float32)
    room = bfloat16.room(min(len(reach), TILE), panels)
    for tile in slices(len(reach), TILE):
        bfloat16.multiply(points.rough[tile], panels, room)
        exact = points.exact[tile], words.exact, bias, reach[tile]
        _decide(room, *exact, word[tile], score[tile])
    return word, score


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _decide(rough, points, words, bias, reach, word, score):
    """Fill word and score (m,) of points (m, d), by their rough scores (>= m, >= n_words)."""
    step = bfloat16.WORDS
    for i in range(len(points)):
        scores, best = rough[i].ctypes.data, np.float32(-np.inf)
        for start in range(0, rough.shape[1], step):
            best = max(best, bfloat16.peak(scores + 4 * start))
        limit, found, highest = best - reach[i], -1, np.float32(-np.inf)
        for start in range(0, rough.shape[1], step):
            k, near = start, bfloat16.reaching(scores + 4 * start, limit)
            while near:
                if near & 1:
                    total = bias[k]
                    for j in range(points.shape[1]):
                        total += points[i, j] * words[k, j]
                    if total > highest or found < 0:
                        found, highest = k, total
                k, near = k + 1, near >> 1
        word[i], score[i] = found, highest


def fit(
    points: np.ndarray,
    n_words: int,
    iterations: int,
    rng: np.random.Generator,
    threads: int = 1,
    start: np.ndarray | None = None,
) -> Codebook:
    """Learn n_words centres of float32 points (n, d), by at most `iterations` Lloyd's iterations.

    Starts from random points, or from `start` (n_words, d). A word left without points is placed
    on the point that is farthest from its own word. Stops early once nothing changes. The result
    is the same for any number of threads.

    Raises BadInput: more words than points, or than distinct points.
    """
    n = len(points)
    if n_words > n:
        raise BadInput(f"words is {n_words}, but there are only {n} patches; lower words")
    both = round_off(points)
    words = points[rng.permutation(n)[:n_words]] if start is None else start.astype(np.float32)
    inertia: list[float] = []
    reseeded: list[int] = []
    for _ in range(iterations):
        words_before = words
        words, distance = lloyd_step(both, words, threads)
        inertia.append(float(distance.sum()))
        words, n_empty = reseed_empty(points, words, distance)
        reseeded.append(n_empty)
        if np.array_equal(words, words_before):
            break
    return Codebook(words, np.array(inertia), np.array(reseeded))


def lloyd_step(points: Rounded, words: np.ndarray, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Move each word to the mean of its points; NaN for a word without any.

    Returns the words (n_words, d) and the squared distance (n,) of each point to its old word.
    """
    old = round_off(words)

    def add_up(block: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        mine = points.part(block)
        word, score = nearest(mine, old)
        one_hot = sparse.csr_array(
            (np.ones(len(word), np.float32), word, np.arange(len(word) + 1)),
            shape=(len(word), len(words)),
        )
        count = np.bincount(word, minlength=len(words))
        return one_hot.T @ mine.exact, count, mine.squared_norm - 2.0 * score

    sums, counts, distance = np.zeros(words.shape), np.zeros(len(words)), []
    for part in map_in_order(add_up, slices(len(points.exact), BLOCK), threads):
        sums += part[0]
        counts += part[1]
        distance.append(part[2])
    with np.errstate(invalid="ignore"):
        moved = (sums / counts[:, None]).astype(np.float32)
    return moved, np.maximum(np.concatenate(distance), 0)


def reseed_empty(
    points: np.ndarray, words: np.ndarray, distance: np.ndarray
) -> tuple[np.ndarray, int]:
    """Place words that are NaN on the points that are farthest from theirs; and count them."""
    empty = np.flatnonzero(np.isnan(words[:, 0]))
    if len(empty):
        # Points that differ in one column differ; comparing whole points takes a hundred times
        # as long.
        n_distinct = len(np.unique(points[:, 0]))
        if n_distinct < len(words) and (n_distinct := len(np.unique(points, axis=0))) < len(words):
            raise BadInput(
                f"words is {len(words)}, but only {n_distinct} patches are distinct; lower words"
            )
        words[empty] = points[np.argsort(-distance, kind="stable")[: len(empty)]]
    return words, len(empty)
