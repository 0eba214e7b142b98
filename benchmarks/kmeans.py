"""Time k-means against faiss and scikit-learn: the same whitened patches, start and iterations.

scikit-learn assigns points once more in the end, the others do not. Quality is the inertia that is
reached. Run: python -m benchmarks.kmeans
"""

import pipeline  # noqa: F401, I001 - first: it sets up the library of matrix products

import os
from pathlib import Path

# faiss brings an OpenBLAS of its own, which takes four times as long where it does not know a
# processor by name and is not told what it can do.
if "avx512vl" in Path("/proc/cpuinfo").read_text().split():
    os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")

import faiss
import numpy as np
from skimage import data
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from benchmarks.support.record import add, race
from features.words import kmeans
from features.words.patches import draw, normalize_contrast
from features.words.whitening import fit_zca

PATCHES = 200_000
ITERATIONS = 10
THREADS = 2


def whitened_patches():
    """Patches of 6x6 pixels of bundled photographs, float32 (PATCHES, 108)."""
    whole = [getattr(data, name)()[:256, :256] for name in ("astronaut", "chelsea", "coffee")]
    patches = draw(np.stack(whole), PATCHES, 6, np.random.default_rng(0))
    patches = normalize_contrast(patches, 10)
    mean, matrix = fit_zca(patches, 0.1)
    return np.ascontiguousarray((patches - mean) @ matrix)


def ours(points, start):
    rng = np.random.default_rng(0)
    return kmeans.fit(points, len(start), ITERATIONS, rng, THREADS, start).words


def with_faiss(points, start):
    found = faiss.Kmeans(
        points.shape[1],
        len(start),
        niter=ITERATIONS,
        max_points_per_centroid=len(points),
    )
    found.train(points, init_centroids=start)
    return found.centroids


def scikit_learn(points, start):
    with threadpool_limits(THREADS):
        found = KMeans(len(start), init=start, n_init=1, max_iter=ITERATIONS, tol=0)
        return found.fit(points).cluster_centers_


def inertia(points, words):
    words = np.asarray(words, np.float64)
    half = 0.5 * (words**2).sum(axis=1)
    scores = [(part @ words.T - half).max(axis=1) for part in np.array_split(points, 100)]
    return float(np.sum(points.astype(np.float64) ** 2) - 2 * np.concatenate(scores).sum())


def main():
    faiss.omp_set_num_threads(THREADS)
    points = whitened_patches()
    for n_words in (800, 1600):
        start = points[np.random.default_rng(1).permutation(len(points))[:n_words]]
        peers = {"ours": ours, "faiss": with_faiss, "scikit-learn": scikit_learn}
        quality = {name: inertia(points, fit(points, start)) for name, fit in peers.items()}
        runs = {
            name: lambda fit=fit, start=start: fit(points, start) for name, fit in peers.items()
        }
        size = f"{len(points)} x {points.shape[1]}, {n_words} words, {ITERATIONS} iterations"
        add("kmeans", size, THREADS, race(runs, repeats=3), quality)


if __name__ == "__main__":
    main()
