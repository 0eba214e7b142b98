"""Find the nearest word of each point, by a matrix product for each tile of points.

A tile is a few points: so few that their scores with all words are still in the processor's cache
when the best are looked for.
"""

import numpy as np

from features.parallel import slices

TILE = 256  # points in a tile: few enough for the cache, enough for a fast matrix product


def nearest(points: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The index of each point's nearest word, int64 (n,); of words with equal scores, the first.

    points: float32 (n, d); words: float32 (n_words, d). Scores are added up in float32, so of two
    words whose squared distances differ by no more than a millionth of the squared lengths, either
    may be taken. The result depends on these points and words alone, to the bit.
    """
    table = score_table(words)
    with_one = np.ones((min(TILE, len(points)), len(table)), np.float32)  # last column: ones
    room = np.empty((len(with_one), len(words)), np.float32)  # reused for every tile
    word = np.empty(len(points), np.int64)
    for tile in slices(len(points), TILE):
        size = tile.stop - tile.start
        with_one[:size, :-1] = points[tile]
        scores = np.matmul(with_one[:size], table, out=room[:size])
        scores.argmax(axis=1, out=word[tile])
    return word


def score_table(words: np.ndarray) -> np.ndarray:
    """The matrix that turns points into scores with all words, float32 (d + 1, n_words).

    Points with a last column of ones, times this matrix, give the scores x.w - |w|^2 / 2. Because
    |x - w|^2 = |x|^2 - 2 (x.w - |w|^2 / 2), the word with the highest score is the nearest.
    """
    return np.vstack([words.T, -0.5 * np.einsum("kd,kd->k", words, words)]).astype(np.float32)
