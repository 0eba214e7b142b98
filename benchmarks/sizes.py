"""How near training comes to the optimum, from 100 training images to all of them.

For each size the first training images of the stored random order are taken, the classifiers are
trained as the stage `train` trains them, with the default grid, and where they end is compared
with the optimum of the chosen setting. All validation images are used, so that a difference in
accuracy is no chance. Prints a table in Markdown.
Run: python -m benchmarks.sizes [DATA...], each as `data` in a config; without any: photos.
"""

import pipeline  # noqa: F401, I001 - first: it sets up the library of matrix products

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.support.checkout import checkout, snakemake
from pipeline.blocks.matrix import Representation
from pipeline.classifiers.choice import rank
from pipeline.classifiers.minibatches import held_out
from pipeline.classifiers.optimum import Objective, accuracy
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.classifiers.search import train_all
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.plan import Plan
from pipeline.sources import registry

THREADS = 2
SIZES = [100, 300, 1000, 3000, 10_000, 45_000]
REPRESENTATIONS = ["raw_pixels", "hog", "bag_of_words", "engineered"]
STEPS = 1000  # of L-BFGS, for each rounding of the loss
HEAD = (
    *("data", "training images", "representation", "classifier", "l2", "gap (%)"),
    *("validation (%)", "at the optimum (%)", "difference"),
)


def rows(data: str) -> Iterator[tuple[str, ...]]:
    """The rows of one data set: each size, representation and classifier."""
    with checkout() as folder:
        config = {"data": str(data), "run": "sizes", "validation_fraction": 0.1}
        snakemake(folder, "--config", *(f"{key}={value}" for key, value in config.items()))
        plan = Plan(config)
        for size in SIZES:
            for name in REPRESENTATIONS:
                told = plan.representation(name, plan.trials[0])
                paths = {key: moved(folder, value) for key, value in told.items()}
                for row in compare(Representation(**paths), plan, size):
                    yield Path(data).stem, *row


def moved(folder: Path, value: object) -> object:
    """A path, or a list of them, in a checkout; what is none stays."""
    if isinstance(value, list):
        return [moved(folder, each) for each in value]
    return folder / value if isinstance(value, str) and "/" in value else value


def compare(representation: Representation, plan: Plan, size: int) -> Iterator[tuple[str, ...]]:
    """A row for each classifier, trained on the first `size` training images; none of fewer."""
    X, y, part = representation.matrix(), representation.y(), representation.part()
    training, validation = np.flatnonzero(part == TRAIN)[:size], np.flatnonzero(part == VALIDATION)
    if len(training) < size:
        return
    sgd, n_classes = plan.shared_sgd(), len(representation.class_names())
    with ThreadPoolExecutor(THREADS) as pool, TemporaryDirectory() as folder:
        fitted = fit_rows(X, y, training, 0, pool.map)
        data = TrainingSet(fitted, training, validation, n_classes, 0, Path(folder), pool.map)
        found = train_all(plan.classifiers, data, sgd, "sizes")
        for name, results in found.items():
            chosen = results[rank(results, len(validation))[0]]
            problem, model = Objective(data, chosen.setting, sgd), chosen.model()
            trained = model["W"], model["b"]
            optimum = problem.minimize(trained, STEPS)
            has_optimum = chosen.setting.values["l2"] > 0  # without, weights may grow for ever
            values = [problem.value(*each) for each in (trained, optimum)]
            gap = f"{100 * (values[0] / values[1] - 1):.1f}" if has_optimum else "-"
            right = [100 * accuracy(*each, data, held_out(data)()) for each in (trained, optimum)]
            figures = gap, *(f"{each:.2f}" for each in right)
            difference = f"{right[0] - right[1]:+.2f}"
            l2 = f"{chosen.setting.values['l2']:g}"
            yield f"{len(training):,}", representation.name, name, l2, *figures, difference


def main(data: list[str]) -> None:
    for row in (HEAD, ["---"] * len(HEAD)):
        print("| " + " | ".join(row) + " |")
    for each in data or ["photos"]:
        known = each if each in registry.names() else str(Path(each).resolve())
        for row in rows(known):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
