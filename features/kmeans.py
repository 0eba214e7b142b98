"""k-means by Lloyd's iterations, as matrix products over fixed blocks of points."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from features.errors import BadInput
from features.parallel import blocks, map_in_order

BLOCK = 8192  # points whose sums are added up together
TILE = 512  # points whose scores against all words stay in the processor's cache


class Codebook(NamedTuple):
    words: np.ndarray  # float32 (n_words, d)
    inertia: np.ndarray  # float64 (iterations,): sum of squared distances to the nearest word
    reseeded: np.ndarray  # int64 (iterations,): words that had no points and were placed anew


def score_table(words: np.ndarray) -> np.ndarray:
    """Table (d + 1, n_words) that turns points with a last column of ones into x.w - |w|^2 / 2.

    |x - w|^2 = |x|^2 - 2 (x.w - |w|^2 / 2): the word with the highest score is the nearest, and
    one matrix product finds it.
    """
    return np.vstack([words.T, -0.5 * np.einsum("kd,kd->k", words, words)]).astype(np.float32)


def with_ones(points: np.ndarray) -> np.ndarray:
    """points (n, d) and a last column of ones, float32 (n, d + 1)."""
    return np.hstack([points, np.ones((len(points), 1), np.float32)])


def nearest(points: np.ndarray, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest word of each point (n, d + 1), int64 (n,), and its score, float32 (n,)."""
    word = np.empty(len(points), np.int64)
    score = np.empty(len(points), np.float32)
    room = np.empty((min(len(points), TILE), table.shape[1]), np.float32)
    for tile in blocks(len(points), TILE):
        scores = np.matmul(points[tile], table, out=room[: len(points[tile])])  # no new memory
        word[tile] = scores.argmax(axis=1)
        score[tile] = np.take_along_axis(scores, word[tile, None], axis=1)[:, 0]
    return word, score


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
    squared_norm = np.einsum("nd,nd->n", points, points, dtype=np.float64)
    ones = with_ones(points)
    words = points[rng.permutation(n)[:n_words]] if start is None else start.astype(np.float32)
    inertia: list[float] = []
    reseeded: list[int] = []
    for _ in range(iterations):
        words_before = words
        words, distance = lloyd_step(ones, words, squared_norm, threads)
        inertia.append(float(distance.sum()))
        words, n_empty = reseed_empty(points, words, distance)
        reseeded.append(n_empty)
        if np.array_equal(words, words_before):
            break
    return Codebook(words, np.array(inertia), np.array(reseeded))


def lloyd_step(
    ones: np.ndarray, words: np.ndarray, squared_norm: np.ndarray, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    """Move each word to the mean of its points; NaN for a word without any.

    Returns the words (n_words, d) and the squared distance (n,) of each point to its old word.
    """
    table = score_table(words)

    def add_up(block: slice) -> tuple[np.ndarray, np.ndarray]:
        word, score = nearest(ones[block], table)
        one_hot = sparse.csr_array(
            (np.ones(len(word), np.float32), word, np.arange(len(word) + 1)),
            shape=(len(word), len(words)),
        )
        return one_hot.T @ ones[block], squared_norm[block] - 2.0 * score

    sums = np.zeros((len(words), ones.shape[1]))
    distance = []
    for block_sums, block_distance in map_in_order(add_up, blocks(len(ones), BLOCK), threads):
        sums += block_sums
        distance.append(block_distance)
    with np.errstate(invalid="ignore"):  # the last column, of ones, has counted the points
        moved = (sums[:, :-1] / sums[:, -1:]).astype(np.float32)
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
