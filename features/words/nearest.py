"""The nearest word of each point: a matrix product, tile by tile, and the best of each row.

A tile is a few points, whose scores with all words are still in the processor's cache when the
best of them are looked for.
"""

import numpy as np

from features.parallel import slices

TILE = 256  # points: few enough for the cache, enough for a fast matrix product


def nearest(points: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The index of each point's nearest word, int64 (n,); of several with one score, the first.

    points: float32 (n, d); words: float32 (n_words, d). Scores are added up in float32: of words
    whose squared distances differ by no more than a millionth of the squared lengths, either may
    be taken. The result depends on these points and words alone, to the bit.
    """
    table = score_table(words)
    with_one = np.ones((min(TILE, len(points)), len(table)), np.float32)  # in the last column
    room = np.empty((len(with_one), len(words)), np.float32)  # no new memory for each tile
    word = np.empty(len(points), np.int64)
    for tile in slices(len(points), TILE):
        size = tile.stop - tile.start
        with_one[:size, :-1] = points[tile]
        scores = np.matmul(with_one[:size], table, out=room[:size])
        scores.argmax(axis=1, out=word[tile])
    return word


def score_table(words: np.ndarray) -> np.ndarray:
    """Table (d + 1, n_words) that turns points with a last column of ones into x.w - |w|^2 / 2.

    |x - w|^2 = |x|^2 - 2 (x.w - |w|^2 / 2): the word with the highest score is the nearest.
    """
    return np.vstack([words.T, -0.5 * np.einsum("kd,kd->k", words, words)]).astype(np.float32)
