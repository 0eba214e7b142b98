"""Time the comparison of config/cifar10.yaml, and the same table by scikit-image and scikit-learn.

Against them with fewer images, both in full: same images, features, words, grid and epochs, made
the way one writes it with these libraries, on as many cores (GridSearchCV fits what it chose once
more, to have a model at all). Each runs once; ours compiles its kernels anew. Quality is the mean
test accuracy of the representations. Run: python -m benchmarks.end_to_end [ARCHIVE.zip]
"""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd
import yaml
from joblib import Parallel, delayed
from skimage.feature import hog
from skimage.util import view_as_windows
from sklearn.cluster import KMeans
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.preprocessing import StandardScaler

from benchmarks.support.checkout import ROOT, checkout, snakemake
from benchmarks.support.image_sets import named, read, write_zip
from benchmarks.support.record import add

THREADS = 2
FEW = 3000
IMAGES = 60_000
CONFIG = yaml.safe_load((ROOT / "config/cifar10.yaml").read_text())
REPRESENTATIONS = yaml.safe_load((ROOT / "config/default.yaml").read_text())["representations"]
# As many as ours has of each.
ALPHA = [0, *np.geomspace(1e-5, 1e-2, len(CONFIG["sgd"]["l2"]) - 1)]
RATES = np.geomspace(1e-5, 1e-2, len(CONFIG["sgd"]["learning_rates"]))


def ours(archive: Path) -> tuple[float, float, float]:
    """Seconds, the largest job's MiB, and mean test accuracy of the better classifiers."""
    with checkout() as folder:
        start = perf_counter()
        snakemake(
            folder,
            *("--configfile", "config/cifar10.yaml", "--config"),
            *(f"data={archive.resolve()}", "run=comparison"),
        )
        seconds = perf_counter() - start
        memory = pd.read_csv(folder / "results/comparison/timing.csv")["peak_memory_mb"].max()
        summary = pd.read_csv(folder / "results/comparison/summary.csv")
    best = summary.groupby("representation")["test_accuracy_mean"].max()[[*REPRESENTATIONS]]
    return seconds, memory, best.mean()


def color_histogram(image):
    counts, _ = np.histogramdd(image.reshape(-1, 3), bins=(8, 8, 8), range=[(0, 256)] * 3)
    return np.sqrt(counts.ravel() / counts.sum())


def descriptor(image):
    cell = CONFIG["blocks"]["hog"]["pixels_per_cell"]
    return hog(image, 9, (cell, cell), (2, 2), "L2", channel_axis=-1)


class Words:
    """Normalised, whitened patches of 6x6 pixels and their nearest words, by scikit-learn."""

    def __init__(self, images, rng):
        settings = CONFIG["blocks"]["bag_of_words"]["codebook"]
        n = settings["patches"]
        rows, columns = rng.integers(0, images.shape[1] - 5, (2, n))
        which = rng.integers(len(images), size=n)
        patches = np.stack(
            [
                images[i, row : row + 6, column : column + 6].ravel()
                for i, row, column in zip(which, rows, columns, strict=True)
            ]
        )
        patches = self.normalized(patches)
        self.mean = patches.mean(axis=0)
        variance, axes = np.linalg.eigh(np.cov(patches - self.mean, rowvar=False))
        scaled = axes / np.sqrt(variance + settings["whitening"])
        left = variance / (variance + settings["whitening"])
        kept = np.cumsum(left) > (1 - settings["variance"]) * left.sum()  # the weakest come first
        self.matrix = scaled[:, kept].astype(np.float32)
        self.kmeans = KMeans(
            settings["words"],
            init="random",
            n_init=1,
            max_iter=settings.get("iterations", 20),  # 20 is the default
            tol=0,
            random_state=0,
        ).fit((patches - self.mean) @ self.matrix)

    def normalized(self, patches):
        patches = patches.astype(np.float32)
        patches -= patches.mean(axis=1, keepdims=True)
        return patches / np.sqrt(patches.var(axis=1, keepdims=True) + 10)

    def encode(self, image):
        patches = view_as_windows(image, (6, 6, 3))[:, :, 0]
        rows, columns = patches.shape[:2]
        patches = self.normalized(patches.reshape(rows * columns, -1))
        z = self.kmeans.transform((patches - self.mean) @ self.matrix)
        f = np.maximum(0, z.mean(axis=1, keepdims=True) - z).reshape(rows, columns, -1)
        halves = (slice(None, (rows + 1) // 2), slice((rows + 1) // 2, None))
        pooled = [f[top, left].sum(axis=(0, 1)) for top in halves for left in halves]
        return np.sqrt(np.concatenate(pooled))


def peer(archive: Path) -> float:
    """The mean over representations of test accuracy, each by the better of two losses."""
    images, y, split = read(str(archive))
    chosen_by = np.random.default_rng(0).random(len(y)) < CONFIG["validation_fraction"]
    part = np.where((split == "train") & chosen_by, "validation", split)
    raw = images.reshape(len(images), -1).astype(np.float32)
    words = Words(images[part == "train"], np.random.default_rng(0))
    blocks = {
        "raw_pixels": raw,
        "color_histogram": of_each(color_histogram, images),
        "hog": of_each(descriptor, images),
        "bag_of_words": of_each(words.encode, images),
    }
    accuracies = []
    for names in REPRESENTATIONS.values():
        X = np.hstack([blocks[name] for name in names]).astype(np.float32)
        accuracies.append(best_accuracy(X, y, part))
    return float(np.mean(accuracies))


def of_each(feature, images):
    """Computed by as many processes as there are cores, a slice of images at a time."""
    slices = np.array_split(images, 4 * THREADS)
    return np.concatenate(Parallel(THREADS)(delayed(stacked)(feature, some) for some in slices))


def stacked(feature, images):
    return np.stack([feature(image) for image in images])


def best_accuracy(X, y, part):
    X = StandardScaler().fit(X[part == "train"]).transform(X)
    seen = part != "test"
    fold = PredefinedSplit(np.where(part[seen] == "validation", 0, -1))
    found = []
    for loss in ("hinge", "log_loss"):
        one = SGDClassifier(
            loss=loss,
            learning_rate="invscaling",
            max_iter=CONFIG["sgd"]["epochs"],
            tol=None,
            random_state=0,
        )
        search = GridSearchCV(one, {"eta0": RATES, "alpha": ALPHA}, cv=fold, n_jobs=THREADS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search.fit(X[seen], y[seen])
        found.append(search.score(X[~seen], y[~seen]))
    return max(found)


def main():
    with TemporaryDirectory() as temporary:
        folder, images = Path(temporary), read(named())
        few, all_ = folder / f"{FEW}.zip", Path(named())
        write_zip(few, images, FEW)
        if not all_.is_file():
            all_ = folder / "crops.zip"
            write_zip(all_, images, IMAGES)
        del images
        seconds, memory, quality = ours(few)
        start = perf_counter()
        their_quality = peer(few)
        theirs = perf_counter() - start
        add(
            "end_to_end",
            f"{FEW} images",
            THREADS,
            {"ours": seconds, "scikit-learn": theirs},
            {"ours": quality, "scikit-learn": their_quality},
        )
        seconds, memory, quality = ours(all_)
        add("end_to_end", f"all of {all_.name}", THREADS, {"ours": seconds}, {"ours": quality})
        print(f"largest job: {memory:.0f} MiB")


if __name__ == "__main__":
    main()
