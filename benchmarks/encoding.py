"""Time the encodings against their bare matrix products, and against scikit-learn.

Dense 6x6 patches of 32x32 images, normalised and whitened, 1,600 words, four quadrants. The limit
is the two float32 matrix products in it, of all patches with the whitening and then with the
words; scikit-learn is KMeans.transform, with the triangle of it pooled by numpy. Quality is the
mean of the encoding: the same number says that it is the same work.

Run: python -m benchmarks.encoding
"""

import pipeline  # noqa: F401, I001 - first: it sets up the library of matrix products

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from benchmarks.record import add, race
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
REPEATS = 5
IMAGES = 64


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

    for threads in (1, 2):
        with ThreadPoolExecutor(threads) as pool:

            def halves(function, items, *rest, pool=pool, threads=threads):
                """Each thread a share of the images, as the workflow does it."""
                shares = [items[i::threads] for i in range(threads)]
                return list(pool.map(lambda share: function(share, *rest), shares))

            def whole(*_, threads=threads):
                with threadpool_limits(threads):
                    return scikit_learn(images, state, kmeans)

            for encoding in ENCODINGS:
                runs = {
                    "ours": lambda e=encoding, share=halves: share(ours, images, state, e),
                    "limit": lambda share=halves: share(limit, patches, state),
                }
                quality = {"ours": np.mean(ours(images, state, encoding))}
                if encoding == "triangle":
                    runs["scikit-learn"] = whole
                    quality["scikit-learn"] = np.mean(whole())
                size = f"{IMAGES} images 32x32x3, {FIT['words']} words, {encoding}"
                add("encoding", size, threads, race(runs, REPEATS), quality)


if __name__ == "__main__":
    main()
