"""Encodings: what a patch says about each word of a codebook, added up over regions.

Tile by tile of patches: a matrix product with a table of the words, and one compiled loop over it
while it is in the processor's cache, which adds what a patch says to its region at once.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numba import njit

from features.errors import BadInput
from features.parallel import slices
from features.words.nearest import score_table
from features.words.spherical_kmeans import unit

TILE = 256  # patches: few enough for the cache, enough for a fast matrix product

# Sums may be added up in any order, or no processor could add several numbers at once.
ANY_ORDER = {"reassoc", "contract", "nsz"}


class Encoder(NamedTuple):
    """A codebook made ready for one encoding; `choose` makes it."""

    table: np.ndarray  # float32 (d + 1, n_words): patches with a last column of ones to scores
    width: int  # numbers in a region
    add: Callable  # (scores, patches, region, pooled): adds those of a tile to pooled

    def pool(self, patches: np.ndarray, region: np.ndarray, pooled: np.ndarray) -> None:
        """Add what patches say to the regions that they lie in.

        patches: float32 (n, d + 1), the last column ones. region: int64 (n,). pooled: float32
        (n_regions, width). Its last bits depend on these patches and their number alone.
        """
        room = np.empty((min(TILE, len(patches)), self.table.shape[1]), np.float32)
        for tile in slices(len(patches), TILE):
            scores = np.matmul(patches[tile], self.table, out=room[: tile.stop - tile.start])
            self.add(scores, patches[tile], region[tile], pooled)


def choose(
    words: np.ndarray,
    encoding: str,
    threshold: float | None = None,
    neighbours: int | None = None,
) -> Encoder:
    """The encoder for words, float32 (n_words, d). A patch x says about each word k

    hard            1 if it is the nearest (of several, the first), else 0
    triangle        max(0, mean(z) - z_k), where z_k is the distance to it: how much nearer it is
                    than words are on average. Coates, Lee, Ng, An Analysis of Single-Layer
                    Networks in Unsupervised Feature Learning, 2011
    soft_threshold  max(0, x.w_k - threshold), and after those of all words
                    max(0, -x.w_k - threshold); words are scaled to length 1. Coates, Ng, The
                    Importance of Encoding Versus Training with Sparse Coding and Vector
                    Quantization, 2011
    nearest         1 if it is one of the `neighbours` nearest (of several as near, the first),
                    else 0. Thiry et al., The Unreasonable Effectiveness of Patches in Deep
                    Convolutional Kernels Methods, 2021

    Raises BadInput: more neighbours than words, no threshold or neighbours where one is needed.
    """
    n_words = len(words)
    if encoding == "soft_threshold":
        if threshold is None:
            raise BadInput("soft_threshold needs a threshold")
        directions = np.nan_to_num(unit(words))  # a word of zeros has none, and says nothing
        table = np.vstack([directions.T, np.zeros((1, n_words), np.float32)])
        above = partial(add_soft_threshold, threshold=np.float32(threshold))
        return Encoder(table, 2 * n_words, above)
    table = score_table(words)
    if encoding == "nearest":
        if neighbours is None:
            raise BadInput("nearest needs neighbours")
        if neighbours > n_words:
            raise BadInput(
                f"neighbours is {neighbours}, but the codebook has only {n_words} words; "
                f"set it to at most {n_words}"
            )
        return Encoder(table, n_words, partial(add_nearest, neighbours=neighbours))
    add: Callable = add_hard if encoding == "hard" else add_triangle
    return Encoder(table, n_words, add)


def add_hard(scores, patches, region, pooled) -> None:
    _count(scores.argmax(axis=1), region, pooled)


def add_soft_threshold(scores, patches, region, pooled, threshold) -> None:
    _add_soft_threshold(scores, threshold, region, pooled)


def add_nearest(scores, patches, region, pooled, neighbours) -> None:
    """A bell curve through the scores says where to look first for the one that is just in.

    Where a normal distribution has a share p above it is about log(1 / p - 1) / 1.7 deviations.
    """
    share = np.clip(neighbours / scores.shape[1], 1e-3, 1 - 1e-3)
    start = np.float32(np.log(1 / share - 1) / 1.7)
    limits = scores.min(axis=1), scores.max(axis=1)
    _add_nearest(scores, *limits, np.float32(neighbours), start, region, pooled)


@njit(cache=True, nogil=True)
def _count(word, region, pooled):
    for i in range(len(word)):
        pooled[region[i], word[i]] += np.float32(1)


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def add_triangle(scores, patches, region, pooled):
    """Two passes over the scores of a patch; the first leaves distances in their place."""
    n, n_words = scores.shape
    zero, two = np.float32(0), np.float32(2)
    for i in range(n):
        squared_norm = zero
        for k in range(patches.shape[1] - 1):
            squared_norm += patches[i, k] * patches[i, k]
        total = zero
        for k in range(n_words):
            distance = np.sqrt(max(squared_norm - two * scores[i, k], zero))
            scores[i, k] = distance
            total += distance
        mean = total / np.float32(n_words)
        r = region[i]
        for k in range(n_words):
            pooled[r, k] += max(mean - scores[i, k], zero)


@njit(cache=True, nogil=True)
def _add_soft_threshold(scores, threshold, region, pooled):
    n, n_words = scores.shape
    zero = np.float32(0)
    for i in range(n):
        score, r = scores[i], region[i]
        along, against = pooled[r, :n_words], pooled[r, n_words:]
        for k in range(n_words):
            along[k] += max(score[k] - threshold, zero)
        for k in range(n_words):
            against[k] += max(-score[k] - threshold, zero)


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def _add_nearest(scores, lowest, highest, q, start, region, pooled):
    """Add 1 for the q highest scores of each patch; lowest, highest: the limits of each, (n,)."""
    one, zero = np.float32(1), np.float32(0)
    n, n_words = scores.shape
    for i in range(n):
        low, high, n_low, n_high = _bracket(scores, i, lowest[i], highest[i], q, start)
        r = region[i]
        if n_low == q:
            for k in range(n_words):
                pooled[r, k] += one if scores[i, k] >= low else zero
        else:  # several scores are `low`, and only the first of them are in
            for k in range(n_words):
                if scores[i, k] >= high:
                    pooled[r, k] += one
                elif scores[i, k] >= low and n_high < q:
                    pooled[r, k] += one
                    n_high += one


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def _bracket(scores, i, lowest, highest, q, start):
    """Limits low < high, and how many scores of patch i are at or above each: >= q, and < q.

    Either exactly q are at or above `low`, or no number lies between the two. Counting scores
    takes so little time that guessing limits and counting is faster than any sorting. A guess is
    where the q-th would be if scores were spread evenly between the limits, now and then (so that
    it ends soon, whatever they are) the middle.
    """
    half, one = np.float32(0.5), np.float32(1)
    low, high = lowest, np.nextafter(highest, np.float32(np.inf))
    n_low, n_high = np.float32(scores.shape[1]), np.float32(0)
    mean, deviation = _moments(scores, i)
    guess = mean + start * deviation
    guesses = 0
    while n_low != q:
        if not low < guess < high:
            guess = half * low + half * high
            if not low < guess < high:
                break
        n_above = _count_above(scores, i, guess)
        if n_above >= q:
            low, n_low = guess, n_above
        else:
            high, n_high = guess, n_above
        guesses += 1
        if guesses % 4 == 3:
            guess = half * low + half * high
        else:
            guess = low + (high - low) * ((n_low - q + half) / (n_low - n_high + one))
    return low, high, n_low, n_high


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def _moments(scores, i):
    n = np.float32(scores.shape[1])
    total = squares = np.float32(0)
    for k in range(scores.shape[1]):
        total += scores[i, k]
        squares += scores[i, k] * scores[i, k]
    mean = total / n
    return mean, np.sqrt(max(squares / n - mean * mean, np.float32(0)))


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def _count_above(scores, i, limit):
    """Counted in float32, exact below 2**24, because that is added up several at once."""
    n_above = np.float32(0)
    for k in range(scores.shape[1]):
        n_above += np.float32(1) if scores[i, k] >= limit else np.float32(0)
    return n_above
