"""Spherical k-means: clustering of points by direction, where each word has length 1.

Also known as gain-shape vector quantisation, and as OMP-1. A point x is assigned to the word w
with the largest |x.w|, and approximated by a multiple of it, (x.w) w. So opposite points share a
word.

Source: Coates, Ng, The Importance of Encoding Versus Training, 2011; Learning Feature
Representations with K-means, 2012.
"""

import numpy as np
from scipy import sparse

from features.parallel import map_in_order, slices
from features.words.kmeans import SLICE, Codebook, draw_distinct, reseed_empty

TILE = 512  # points in a tile: their products with all words stay in the processor's cache


def fit(
    points: np.ndarray, n_words: int, iterations: int, rng: np.random.Generator, threads: int = 1
) -> Codebook:
    """Learn n_words directions of points, float32 (n, d), by at most `iterations` iterations.

    Starts from the directions of random points. Each iteration assigns points to words, then turns
    each word w to the direction of the sum of (x.w) x over its points x. The inertia is the sum of
    the squared residuals |x - (x.w) w|^2 before words move; it never rises. A word left without
    points is placed on the point with the largest residual. Points of zeros, such as patches equal
    to the mean patch, have no direction and are left out. Where fewer of the others are distinct,
    there are as many words as those; where there are none, one word of zeros, which says nothing.
    Stops early once nothing changes. The result is the same for any number of threads.
    """
    squared_norm = np.einsum("nd,nd->n", points, points, dtype=np.float64)
    if not squared_norm.all():
        points, squared_norm = points[squared_norm > 0], squared_norm[squared_norm > 0]
    if not len(points):
        return Codebook(np.zeros((1, points.shape[1]), np.float32), np.zeros(1), np.zeros(1, int))
    words = unit(draw_distinct(points, n_words, rng))
    inertia: list[float] = []
    reseeded: list[int] = []
    for _ in range(iterations):
        words_before = words
        words, residual = step(points, words, squared_norm, threads)
        inertia.append(float(residual.sum()))
        words, n_empty = reseed_empty(points, words, residual)
        words = unit(words)
        reseeded.append(n_empty)
        if np.array_equal(words, words_before):
            break
    return Codebook(words, np.array(inertia), np.array(reseeded))


def unit(words: np.ndarray) -> np.ndarray:
    """Words (n_words, d) scaled to length 1, float32; NaN for a word of zeros."""
    words = words.astype(np.float64)
    with np.errstate(invalid="ignore"):
        return (words / np.linalg.norm(words, axis=1, keepdims=True)).astype(np.float32)


def step(
    points: np.ndarray, words: np.ndarray, squared_norm: np.ndarray, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    """Assign each point to a word, and turn each word to its points; NaN for a word without any.

    squared_norm: float64 (n,), of the points. Returns the turned words, float32 (n_words, d), and
    the squared residual of each point with its word before the turn, float64 (n,).
    """
    table = np.ascontiguousarray(words.T)

    def add_up(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        word, product = assign(points[rows], table)
        products = sparse.csr_array(
            (product, word, np.arange(len(word) + 1)), shape=(len(word), len(words))
        )
        return products.T @ points[rows], squared_norm[rows] - product.astype(np.float64) ** 2

    sums = np.zeros(words.shape)
    residual = []
    for slice_sums, slice_residual in map_in_order(add_up, slices(len(points), SLICE), threads):
        sums += slice_sums
        residual.append(slice_residual)
    return unit(sums), np.maximum(np.concatenate(residual), 0)


def assign(points: np.ndarray, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the word of each point: the one with the largest absolute product.

    table: float32 (d, n_words), the words. Returns the index of each point's word, int64 (n,), and
    the product of the two, float32 (n,).
    """
    word = np.empty(len(points), np.int64)
    product = np.empty(len(points), np.float32)
    room = np.empty((2, min(len(points), TILE), table.shape[1]), np.float32)
    for tile in slices(len(points), TILE):
        products, size = room[:, : len(points[tile])]  # reused for every tile
        np.matmul(points[tile], table, out=products)
        word[tile] = np.abs(products, out=size).argmax(axis=1)
        product[tile] = np.take_along_axis(products, word[tile, None], axis=1)[:, 0]
    return word, product
