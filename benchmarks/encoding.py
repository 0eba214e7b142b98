"""Time the encodings against their bare matrix products, and against scikit-learn.

Dense 6x6 patches of 32x32 images, normalised and whitened as config/cifar10.yaml has it, 1,600
words, four quadrants. The limit is the two float32 matrix products in it, of all patches with the
whitening and then with the words; scikit-learn is KMeans.transform of the same whitened patches,
with the triangle of it pooled by numpy. Quality is the mean of the encoding: the same number says
that it is the same work.

Run: python -m benchmarks.encoding [ARCHIVE.zip]
"""

import pipeline  # noqa: F401, I001 - first: it sets up the library of matrix products

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from benchmarks.support.image_sets import named, read
from benchmarks.support.record import add, race
from features import bag_of_words
from features.words.patches import dense, normalize_contrast

FIT = {
    "words": 1600,
    "patch_size": 6,
    "patches": 20_000,
    "contrast_offset": 10,
    "whitening": 1,
    "variance": 0.99,
    "method": "random_patches",  # what the words are makes no difference to the time
}
ENCODINGS = {
    "hard": {},
    "triangle": {},
    "soft_threshold": {"threshold": 0.25},
    "nearest": {"neighbours": 640},
}
GRID = 2
REPEATS = 9
IMAGES = 128


SHARED = {}  # what the processes find when they begin


def ours(images, state, encoding):
    return bag_of_words.encode(
        images,
        state,
        stride=1,
        grid=GRID,
        power=1,
        encoding=encoding,
        **ENCODINGS[encoding],
    )


def normalized(image, state):
    """Patches as they are before the whitening, float32 (n, 108)."""
    patches = dense(image, FIT["patch_size"], 1)
    patches = normalize_contrast(patches, FIT["contrast_offset"]) - state["whitening_mean"]
    return patches.reshape(-1, patches.shape[-1])


def limit(patches, state):
    table = np.ascontiguousarray(state["words"].T)
    scores = np.empty((len(patches[0]), table.shape[1]), np.float32)  # no new memory each time
    for image in patches:
        np.matmul(image @ state["whitening_matrix"], table, out=scores)


def scikit_learn(images, state, kmeans):
    pooled = []
    for image in images:
        patches = bag_of_words.whitened(image, state, 1)[..., :-1]
        region = bag_of_words.pooling_cells(*patches.shape[:2], GRID, "even")[0].ravel()
        z = kmeans.transform(patches.reshape(region.size, -1))
        f = np.maximum(0, z.mean(axis=1, keepdims=True) - z)
        pooled.append([f[region == r].sum(axis=0) for r in range(GRID**2)])
    return np.reshape(pooled, (len(images), -1))


def fitted_kmeans(state):
    """A KMeans that has these words, without the time to learn them."""
    some = np.random.default_rng(0).normal(size=state["words"].shape).astype(np.float32)
    kmeans = KMeans(len(some), init=some, n_init=1, max_iter=1).fit(some)
    kmeans.cluster_centers_ = state["words"]
    return kmeans


def encode_share(part, encoding):
    ours(SHARED["images"][part], SHARED["state"], encoding)


def multiply_share(part):
    limit(SHARED["patches"][part], SHARED["state"])


def main():
    images, classes, _ = read(named())
    images, labels = images[:IMAGES], np.unique(classes[:IMAGES], return_inverse=True)[1]
    state = bag_of_words.fit(images, labels, np.random.default_rng(0), 1, **FIT)
    patches = [normalized(image, state) for image in images]
    SHARED.update(images=images, state=state, patches=patches)
    kmeans = fitted_kmeans(state)

    for threads in (1, 2):
        parts = [slice(i, None, threads) for i in range(threads)]
        with ProcessPoolExecutor(threads, multiprocessing.get_context("fork")) as pool:

            def side_by_side(function, pool=pool, parts=parts, **options):
                return list(pool.map(partial(function, **options), parts))

            def peer(threads=threads):
                with threadpool_limits(threads):
                    return scikit_learn(images, state, kmeans)

            for encoding in ENCODINGS:
                runs = {
                    "ours": partial(side_by_side, encode_share, encoding=encoding),
                    "limit": partial(side_by_side, multiply_share),
                }
                quality = {"ours": np.mean(ours(images, state, encoding))}
                if encoding == "triangle":
                    runs["scikit-learn"] = peer
                    quality["scikit-learn"] = np.mean(peer())
                size = f"{IMAGES} images 32x32x3, {FIT['words']} words, {encoding}"
                add("encoding", size, threads, race(runs, REPEATS), quality)


if __name__ == "__main__":
    main()
