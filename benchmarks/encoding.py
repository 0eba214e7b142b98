"""Time the encodings against their bare matrix products, and against scikit-learn; one thread.

Dense 6x6 patches of 32x32 images, normalised and whitened, 1,600 words, four quadrants. The limit
is the two float32 matrix products in it, of all patches with the whitening and then with the
words; scikit-learn is KMeans.transform, with the triangle of it pooled by numpy.

Run: python -m benchmarks.encoding
"""

import pipeline  # noqa: F401, I001 - first: it sets up the library of matrix products

from time import perf_counter

import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from features import bag_of_words

FIT = {
    "words": 1600,
    "patch_size": 6,
    "patches": 20_000,
    "contrast_offset": 10,
    "whitening": 0.1,
    "method": "random_patches",  # what the words are makes no difference to the time
}
ENCODINGS = {
    "hard": {},
    "triangle": {},
    "soft_threshold": {"threshold": 0.25},
    "nearest": {"neighbours": 640},
}
GRID = 2
REPEATS = 7
IMAGES = 100
SLOW = 5  # scikit-learn takes its time; this many images are enough


def ours(images, state, encoding):
    return bag_of_words.encode(
        images,
        state,
        stride=1,
        grid=GRID,
        square_root=False,
        encoding=encoding,
        **ENCODINGS[encoding],
    )


def limit(patches, state):
    table = np.ascontiguousarray(state["words"].T)
    scores = np.empty((len(patches[0]), table.shape[1]), np.float32)  # no new memory each time
    for image in patches:
        np.matmul(image @ state["whitening_matrix"], table, out=scores)


def scikit_learn(images, state, kmeans):
    pooled = []
    for image in images:
        patches = bag_of_words.whitened(image, state, 1)[..., :-1]
        region = bag_of_words.pooling_regions(*patches.shape[:2], GRID).ravel()
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


def main():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(IMAGES, 32, 32, 3))
    smooth = gaussian_filter(noise, (0, 1, 1, 0)) * 200 + 128
    images = smooth.clip(0, 255).astype(np.uint8)
    state = bag_of_words.fit(images, rng, 1, **FIT)
    d = len(state["whitening_mean"])
    patches = [np.ascontiguousarray(bag_of_words.whitened(i, state, 1)[..., :d]) for i in images]
    patches = [image.reshape(-1, d) for image in patches]
    kmeans = fitted_kmeans(state)
    apart = np.abs(
        ours(images[:SLOW], state, "triangle") - scikit_learn(images[:SLOW], state, kmeans)
    )
    print(f"triangle and scikit-learn apart by {apart.max():.1e} at most")

    tasks = {"limit": (limit, patches, state)}
    tasks |= {f"ours, {name}": (ours, images, state, name) for name in ENCODINGS}
    tasks["scikit-learn, triangle"] = (scikit_learn, images[:SLOW], state, kmeans)
    best = dict.fromkeys(tasks, np.inf)
    with threadpool_limits(1):
        for _ in range(REPEATS):
            for name, (function, batch, *rest) in tasks.items():
                start = perf_counter()
                function(batch, *rest)
                best[name] = min(best[name], (perf_counter() - start) / len(batch))
    for name, seconds in best.items():
        ratio = seconds / best["limit"]
        print(f"{name:24} {seconds:.6f} s an image {ratio:7.2f} x the limit")


if __name__ == "__main__":
    main()
