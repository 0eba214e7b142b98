"""Make a codebook, a list of words: learned by clustering, drawn from the patches, or random.

Comparing the first with the other two shows what learning adds.
"""

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
    """Make n_words words for points, float32 (n, d), which are whitened patches.

    The words are, for each method:

    kmeans            centres of clusters of points
    spherical_kmeans  directions of clusters of points, of length 1
    random_patches    points drawn at random, no two of them the same
    random            independent normal numbers, as long as the points are (root mean square)

    Where fewer points are distinct, there are as many words as those, for all methods but random.
    iterations: how many the first two methods take at most. The other two take none: their
    inertia (the sum of squared distances to the nearest word) is a single number, and their
    reseeded a single 0. The result is the same for any number of threads.

    Raises BadInput: no iterations for the first two methods.
    """
    if method in LEARNED:
        if iterations is None:
            raise BadInput(f"{method} needs iterations")
        return LEARNED[method](points, n_words, iterations, rng, threads)
    draw = {"random_patches": kmeans.draw_distinct, "random": random}[method]
    words = draw(points, n_words, rng)
    _, distance = kmeans.lloyd_step(points, words, threads)
    return Codebook(words, np.array([distance.sum()]), np.array([0]))


def shortage(words: np.ndarray, n_words: int) -> list[str]:
    """A sentence for the user where `fit` made fewer words than n_words, the number asked for."""
    if len(words) == n_words:
        return []
    if not words.any():
        why = "all patches are alike: the codebook has one word, which says nothing"
    else:
        n = len(words)
        why = f"of distinct patches there are only {n:,}: the codebook has as many words"
    return [f"words is {n_words:,}, but {why}."]


def random(points: np.ndarray, n_words: int, rng: np.random.Generator) -> np.ndarray:
    """Words of normal numbers, float32 (n_words, d), with the mean square of the points."""
    variance = np.mean(np.square(points, dtype=np.float64))
    words = rng.standard_normal((n_words, points.shape[1])) * np.sqrt(variance)
    return words.astype(np.float32)
