"""Train every setting of the grid in one pass over the training images; choose by validation."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline import preconditioner, sgd, stage, standardizer
from pipeline.image_set import TRAIN, VALIDATION
from pipeline.labels import read_labels
from pipeline.matrix import FeatureMatrix
from pipeline.minibatches import Minibatches, Rows, in_order
from pipeline.progress import progress
from pipeline.randomness import generator
from pipeline.sgd import Group, Setting
from pipeline.store import read_array, read_json, write_arrays, write_csv

# What is known of each setting after each epoch.
COLUMNS = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


def train(
    blocks: list,
    labels: Path,
    classes: Path,
    parts: Path,
    representation: str,
    classifiers: list,
    settings: dict,
    seed: int,
    shard_size: int,
    threads: int,
    model: Path,
    sweep: Path,
    history: Path,
) -> int:
    """Write each classifier's chosen weights, every setting tried, and the learning curves."""
    y, part = read_labels(labels).label, read_array(parts)
    X = FeatureMatrix(blocks, len(y), shard_size)
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    grid = [
        Setting(*values)
        for values in product(classifiers, settings["learning_rates"], settings["l2"])
    ]
    epochs = settings["epochs"]
    with ThreadPoolExecutor(threads) as pool:
        columns = standardizer.fit(X, training, pool.map)
        # Images are in random order: the first are a fair sample.
        sample = columns.apply(X.take(training[: preconditioner.ROWS]))
        directions = preconditioner.fit(sample, generator(seed, "preconditioner"))
        groups = sgd.make_groups(grid, directions.penalty(), len(read_json(classes)))
        source = Rows(X, y, columns, directions)
        batches = Minibatches(
            source, training, settings["batch_size"], generator(seed, "sgd"), pool.map
        )
        curves = []
        for epoch in progress(range(epochs), epochs, f"train {representation}: epochs"):
            factors = 1 - epoch / epochs, 1 - (epoch + 1) / epochs
            trained = sgd.run_epoch(
                groups, batches.epoch(), len(training), settings["momentum"], factors, pool.map
            )
            held_out = in_order(source, validation)
            curves.append(np.vstack([trained, sgd.evaluate(groups, held_out, pool.map)]))
    diverged = np.concatenate([group.diverged for group in groups])
    try:
        chosen = [choose(grid, curves[-1][3], diverged, name) for name in classifiers]
    except ValueError:
        raise BadInput(
            f"sgd.learning_rates: all of them diverged on {representation}; add smaller ones"
        ) from None
    write_model(model, columns, directions, groups, grid, chosen)
    write_sweep(sweep, representation, seed, grid, curves[-1], diverged, chosen)
    write_history(history, representation, seed, grid, curves, chosen)
    return len(y)


def choose(
    grid: list[Setting], accuracy: np.ndarray, diverged: np.ndarray, classifier: str
) -> int:
    """The setting with the best validation accuracy; of equal ones the most regular, then slow.

    Raises ValueError where every setting of the classifier diverged.
    """
    candidates = [i for i, s in enumerate(grid) if s.classifier == classifier and not diverged[i]]
    return max(candidates, key=lambda i: (accuracy[i], grid[i].l2, -grid[i].learning_rate))


def on_edge(value: float, values: list[float]) -> bool:
    """Whether a better value may lie outside a sweep's values. Nothing lies below 0."""
    return len(set(values)) > 1 and value in (min(values), max(values)) and value != 0


def write_model(
    path: Path, columns, directions, groups: list[Group], grid, chosen: list[int]
) -> None:
    arrays = {"mean": columns.mean, "scale": columns.scale}
    weights = [group.weights(i) for group in groups for i in range(len(group.settings))]
    for i in chosen:
        W, b = weights[i]
        arrays[f"{grid[i].classifier}.W"] = directions.weights(W)
        arrays[f"{grid[i].classifier}.b"] = b
        arrays[f"{grid[i].classifier}.setting"] = np.array([grid[i].learning_rate, grid[i].l2])
    write_arrays(path, arrays)


def write_sweep(path, representation, seed, grid, last, diverged, chosen) -> None:
    learning_rates = [setting.learning_rate for setting in grid]
    l2 = [setting.l2 for setting in grid]
    rows = []
    for i, setting in enumerate(grid):
        outcome = ("", "", "", "") if diverged[i] else last[:, i]
        is_edge = i in chosen and (
            on_edge(setting.learning_rate, learning_rates) or on_edge(setting.l2, l2)
        )
        run = (representation, setting.classifier, seed, setting.learning_rate, setting.l2)
        rows.append((*run, *outcome, diverged[i], i in chosen, is_edge))
    fixed = ("representation", "classifier", "seed", "learning_rate", "l2")
    write_csv(path, (*fixed, *COLUMNS, "diverged", "chosen", "on_edge"), rows)


def write_history(path, representation, seed, grid, curves, chosen) -> None:
    rows = [
        (representation, grid[i].classifier, seed, epoch, *values[:, i])
        for i in chosen
        for epoch, values in enumerate(curves, start=1)
    ]
    write_csv(path, ("representation", "classifier", "seed", "epoch", *COLUMNS), rows)


if __name__ == "__main__":
    stage.main(train)
