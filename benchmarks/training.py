"""Time the stage `train`: a whole grid against one setting, and against GridSearchCV.

The limit is the bare float32 matrix products of the whole grid, two for each minibatch. Against
scikit-learn both get fewer rows, because it takes its time: SGDClassifier for each pair of
learning rate and alpha, hinge and log loss, as many epochs, chosen by the same validation rows.
GridSearchCV fits the chosen pair once more, with the validation rows, to have a model at all.
Quality is accuracy on held-out rows, which nobody's time includes.

Run: python -m benchmarks.training
"""

import pipeline  # noqa: F401, I001 - first: it sets up the library of matrix products

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from threadpoolctl import threadpool_limits

from benchmarks.support.record import add, race
from pipeline.blocks.matrix import Representation
from pipeline.blocks.shards import limits, shard_names, shard_path
from pipeline.classifiers.train import train
from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.plan import Plan
from pipeline.runtime.store import read_arrays, write_array, write_json
from pipeline.sources.source import Record

COLUMNS, CLASSES, EPOCHS, BATCH = 6400, 10, 10, 256
THREADS = 2
RATES, L2 = [0.1, 0.3, 1, 3, 10, 30], [0, 0.001, 0.01, 0.1]
ALPHA = [1e-5, 1e-4, 1e-3, 1e-2]
CLASSIFIERS = ["svm", "softmax"]
SHARD = 5000


class Problem:
    """Rows whose columns rise and fall together, as features of images do, on the disk."""

    def __init__(self, folder: Path, n: int, n_validation: int, n_test: int) -> None:
        rng = np.random.default_rng(0)
        self.folder = folder
        total = n + n_validation + n_test
        mix = rng.normal(size=(200, COLUMNS)).astype(np.float32)
        mix *= np.geomspace(1, 0.05, 200, dtype=np.float32)[:, None]
        centres = rng.normal(size=(CLASSES, 200)).astype(np.float32) * 0.15
        self.y = rng.integers(CLASSES, size=total)
        shards = []
        for shard in shard_names(total, SHARD):
            y = self.y[slice(*limits(shard))]
            hidden = centres[y] + rng.normal(size=(len(y), 200)).astype(np.float32)
            X = hidden @ mix + rng.normal(size=(len(y), COLUMNS)).astype(np.float32)
            write_array(shard_path(folder / "block/original", shard), X)
            shards.append(X)
        self.part = np.repeat([TRAIN, VALIDATION, TEST], [n, n_validation, n_test])
        write_array(folder / "parts.npy", self.part)
        write_json(folder / "classes.json", [str(label) for label in range(CLASSES)])
        records = (Record("", label, "", row) for row, label in enumerate(self.y.tolist()))
        write_labels(folder / "labels.csv", records, content=np.arange(total))
        self.X = np.concatenate(shards) if total <= 2 * SHARD else None  # for scikit-learn

    def representation(self) -> Representation:
        return Representation(
            name="synthetic",
            blocks=[str(self.folder / "block")],
            views=["original"],
            shard_size=SHARD,
            labels=self.folder / "labels.csv",
            classes=self.folder / "classes.json",
            parts=self.folder / "parts.npy",
        )

    def rows(self, *parts):
        chosen = np.isin(self.part, parts)
        return self.X[chosen], self.y[chosen]


def ours(problem, rates, l2, classifiers):
    """The stage as it is, from the files to the chosen models."""
    sgd = {
        "epochs": EPOCHS,
        "steps": 0,  # as many epochs as everybody, and no more
        "batch_size": BATCH,
        "momentum": 0.9,
        "learning_rates": rates,
        "l2": l2,
        "svm": None,
    }
    plan = Plan({"classifiers": classifiers, "sgd": sgd})
    folder = problem.folder
    train(
        representation=problem.representation(),
        classifiers=plan.classifiers,
        swept=plan.swept(),
        sgd=plan.shared_sgd(),
        seed=0,
        threads=THREADS,
        model=folder / "model.npz",
        sweep=folder / "sweep.csv",
        history=folder / "history.csv",
    )


def our_accuracy(problem):
    """Of the better classifier's chosen weights on held-out rows."""
    X, y = problem.rows(TEST)
    model = read_arrays(problem.folder / "model.npz")
    Z = (X - model["mean"]) * model["scale"]
    return max(
        np.mean((Z @ model[f"{name}.W"] + model[f"{name}.b"]).argmax(axis=1) == y)
        for name in CLASSIFIERS
    )


def limit(n, settings):
    """Bare products of one epoch, times the epochs: a minibatch takes as long as any other."""
    X = np.ones((BATCH, COLUMNS), np.float32)
    W = np.zeros((COLUMNS, settings * CLASSES), np.float32)
    slope, gradient = np.zeros((BATCH, W.shape[1]), np.float32), np.empty_like(W)
    with threadpool_limits(THREADS):
        for _ in range(EPOCHS * n // BATCH):
            np.dot(X, W, out=slope)
            np.dot(X.T, slope, out=gradient)


def scikit_learn(X, y, is_validation):
    """The search of each loss, fitted to rows of training and validation."""
    fold = np.where(is_validation, 0, -1)
    found = []
    for loss in ("hinge", "log_loss"):
        one = SGDClassifier(
            loss=loss, learning_rate="invscaling", max_iter=EPOCHS, tol=None, random_state=0
        )
        rates = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
        search = GridSearchCV(
            one, {"eta0": rates, "alpha": ALPHA}, cv=PredefinedSplit(fold), n_jobs=THREADS
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append(search.fit(X, y))
    return found


def whole_grid(n):
    with TemporaryDirectory() as temporary:
        problem = Problem(Path(temporary), n, 2500, 2500)
        settings = len(RATES) * len(L2) * len(CLASSIFIERS)
        seconds = race(
            {
                "ours": lambda: ours(problem, RATES, L2, CLASSIFIERS),
                "limit": lambda: limit(n, settings),
            },
            repeats=2,
        )
        one = race({"ours": lambda: ours(problem, [1], [0.001], ["softmax"])}, repeats=2)
    size = f"{n} x {COLUMNS}, {EPOCHS} epochs"
    add("training", f"{size}, {settings} settings", THREADS, seconds, {})
    add("training", f"{size}, 1 setting", THREADS, one, {})
    print(f"{settings} settings take {seconds['ours'] / one['ours']:.2f} times as long as one")


def against_scikit_learn(n):
    with TemporaryDirectory() as temporary:
        problem = Problem(Path(temporary), n, n // 5, 6000)
        rows = *problem.rows(TRAIN, VALIDATION), problem.part[problem.part != TEST] == VALIDATION
        found = []
        seconds = race(
            {
                "ours": lambda: ours(problem, RATES, L2, CLASSIFIERS),
                "scikit-learn": lambda: found.extend(scikit_learn(*rows)),
            },
            repeats=3,
        )
        quality = {
            "ours": our_accuracy(problem),
            "scikit-learn": max(search.score(*problem.rows(TEST)) for search in found),
        }
        add(
            "training", f"{n} x {COLUMNS}, {EPOCHS} epochs, 48 settings", THREADS, seconds, quality
        )


def main():
    against_scikit_learn(3000)
    whole_grid(45_000)


if __name__ == "__main__":
    main()
