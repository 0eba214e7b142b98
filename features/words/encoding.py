"""Encodings: turn a patch into one or two numbers for each word, and sum these over regions.

Patches are encoded in tiles of a few hundred. A matrix product of a tile and a table of the words
gives a score of each patch with each word. A compiled loop turns the scores into the encoding and
adds it to the regions at once, while the scores are still in the processor's cache.
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

TILE = 256  # patches in a tile: few enough for the cache, enough for a fast matrix product

# Flags for numba's fastmath: sums may be added up in any order, so that the processor can add
# several numbers at once.
ANY_ORDER = {"reassoc", "contract", "nsz"}


class Encoder(NamedTuple):
    """A codebook prepared for one encoding; `choose` makes it."""

    table: np.ndarray  # float32 (d + 1, n_words): patches (n, d + 1) @ table are the scores
    width: int  # numbers for each region
    add: Callable  # (scores, patches, region, pooled): encodes a tile and adds it to pooled

    def pool(self, patches: np.ndarray, region: np.ndarray, pooled: np.ndarray) -> None:
        """Encode patches and add each to the region that it lies in.

        patches: float32 (n, d + 1), the last column ones. region: int64 (n,), the row of `pooled`
        that each patch is added to. pooled: float32 (n_regions, width), changed in place. Its last
        bits depend on these patches and their number alone.
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
    """Return the encoder for words, float32 (n_words, d).

    For a patch x and a word w_k, the encodings give

    hard            1 if w_k is the word nearest to x (of several, the first), else 0
    triangle        max(0, mean(z) - z_k), where z_k is the distance from x to w_k: how much
                    nearer w_k is than words are on average. Coates, Lee, Ng, An Analysis of
                    Single-Layer Networks in Unsupervised Feature Learning, 2011
    soft_threshold  max(0, x.w_k - threshold), and, after these numbers of all words,
                    max(0, -x.w_k - threshold); words are scaled to length 1. Coates, Ng, The
                    Importance of Encoding Versus Training with Sparse Coding and Vector
                    Quantization, 2011
    nearest         1 if w_k is one of the `neighbours` words nearest to x (of several as near,
                    the first), else 0. Thiry et al., The Unreasonable Effectiveness of Patches in
                    Deep Convolutional Kernels Methods, 2021

    Raises BadInput: more neighbours than words, no threshold or neighbours where one is needed.
    """
    n_words = len(words)
    if encoding == "soft_threshold":
        if threshold is None:
            raise BadInput("soft_threshold needs a threshold")
        directions = np.nan_to_num(unit(words))  # a word of zeros has no direction: it scores 0
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
    """Add 1 for each of the `neighbours` highest scores of each patch.

    The lowest score that still counts is searched for, starting where it would be if scores were
    normally distributed. The share of a normal distribution that lies above its mean by at least
    log(1 / p - 1) / 1.7 standard deviations is about p.
    """
    share = np.clip(neighbours / scores.shape[1], 1e-3, 1 - 1e-3)
    start = np.float32(np.log(1 / share - 1) / 1.7)
    limits = scores.min(axis=1), scores.max(axis=1)
    _add_nearest(scores, *limits, np.float32(neighbours), start, region, pooled)


@njit(cache=True, nogil=True)
def _count(word, region, pooled):
    """Add 1 for the word of each patch, in the patch's region. word, region: int64 (n,)."""
    for i in range(len(word)):
        pooled[region[i], word[i]] += np.float32(1)


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def add_triangle(scores, patches, region, pooled):
    """Add the triangle encoding of a tile. The scores are overwritten by distances."""
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
    """Add 1 for each of the q highest scores of each patch.

    lowest, highest: float32 (n,), the extreme scores of each patch. start: see `_bracket`.
    """
    one, zero = np.float32(1), np.float32(0)
    n, n_words = scores.shape
    for i in range(n):
        low, high, n_low, n_high = _bracket(scores, i, lowest[i], highest[i], q, start)
        r = region[i]
        if n_low == q:
            for k in range(n_words):
                pooled[r, k] += one if scores[i, k] >= low else zero
        else:  # several scores equal `low`, and only the first of them count
            for k in range(n_words):
                if scores[i, k] >= high:
                    pooled[r, k] += one
                elif scores[i, k] >= low and n_high < q:
                    pooled[r, k] += one
                    n_high += one


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def _bracket(scores, i, lowest, highest, q, start):
    """Find the lowest of the q highest scores of patch i, between limits low < high.

    Returns the limits, and how many scores are at or above each: at least q for low, fewer than q
    for high. Either it is exactly q for low, or no float32 lies between the limits, so that all
    scores from low up to high equal low.

    Limits are guessed and the scores above them counted, which is faster than sorting. The first
    guess is `start` standard deviations above the mean. Later guesses are where the q-th score
    would be if scores were spread evenly between the limits. Every fourth guess is the middle, so
    that the search ends soon for any scores.
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
    """Mean and standard deviation of the scores of patch i."""
    n = np.float32(scores.shape[1])
    total = squares = np.float32(0)
    for k in range(scores.shape[1]):
        total += scores[i, k]
        squares += scores[i, k] * scores[i, k]
    mean = total / n
    return mean, np.sqrt(max(squares / n - mean * mean, np.float32(0)))


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def _count_above(scores, i, limit):
    """How many scores of patch i are at or above `limit`.

    Counted in float32, which is exact below 2**24 and which the processor adds several at once.
    """
    n_above = np.float32(0)
    for k in range(scores.shape[1]):
        n_above += np.float32(1) if scores[i, k] >= limit else np.float32(0)
    return n_above
