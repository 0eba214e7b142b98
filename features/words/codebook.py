"""Codebooks, learned or not, so that what learning adds can be told."""

import numpy as np

from features.errors import BadInput
from features.words import kmeans, spherical_kmeans
from features.words.kmeans import Codebook

LEARNED = {"kmeans": kmeans.fit, "spherical_kmeans": spherical_kmeans.fit}


def fit(
    points: np.ndarray,
    method: str,
    n_words: int,
    iterations: int | None,
    rng: np.random.Generator,
    threads: int = 1,
) -> Codebook:
    """n_words words for float32 points (n, d): whitened patches.

    kmeans            centres of clusters
    spherical_kmeans  directions, of length 1
    random_patches    points drawn at random, no two of them the same
    random            independent normal numbers, as long as the points are (root mean square)

    `iterations`, at most, are for the first two; the others move nothing, so that their inertia
    (the sum of squared distances to the nearest word) is a single number, and nothing reseeded.
    The result is the same for any number of threads.

    Raises BadInput: no iterations where they are needed; more words than distinct points, but for
    random.
    """
    if method in LEARNED:
        if iterations is None:
            raise BadInput(f"{method} needs iterations")
        return LEARNED[method](points, n_words, iterations, rng, threads)
    draw = {"random_patches": kmeans.draw_distinct, "random": random}[method]
    words = draw(points, n_words, rng)
    _, distance = kmeans.lloyd_step(points, words, threads)
    return Codebook(words, np.array([distance.sum()]), np.array([0]))


def random(points: np.ndarray, n_words: int, rng: np.random.Generator) -> np.ndarray:
    """Words in no direction in particular, float32 (n_words, d)."""
    variance = np.mean(np.square(points, dtype=np.float64))
    words = rng.standard_normal((n_words, points.shape[1])) * np.sqrt(variance)
    return words.astype(np.float32)
