"""Train every setting of the grid in one pass over the training images; choose by validation."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline import sgd, stage
from pipeline.image_set import TRAIN, VALIDATION
from pipeline.labels import read_labels
from pipeline.matrix import FeatureMatrix
from pipeline.minibatches import Minibatches, held_out
from pipeline.prepared import Rows, fit_rows
from pipeline.randomness import generator
from pipeline.sgd import CURVES, Group, Setting
from pipeline.store import read_array, read_json, write_arrays, write_csv


def train(
    blocks: list,
    views: list,
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
    X = FeatureMatrix(blocks, views, len(y), shard_size)
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    grid = make_grid(classifiers, settings)
    with ThreadPoolExecutor(threads) as pool:
        rows = fit_rows(X, y, training, seed, pool.map)
        rng = generator(seed, "sgd")
        batches = Minibatches(rows, training, settings["batch_size"], rng, model.parent, pool.map)
        groups = sgd.make_groups(grid, rows.preconditioner.penalty(), len(read_json(classes)))
        validate = held_out(rows, validation, model.parent, pool.map)
        curves = sgd.fit(groups, batches, validate, settings, f"train {representation}")
    diverged = np.concatenate([group.diverged for group in groups])
    chosen = []
    for name in classifiers:
        try:
            chosen.append(choose(grid, curves[-1][3], diverged, name))
        except ValueError:
            raise BadInput(
                f"{key(name, 'learning_rates', settings)}: all of them diverged on "
                f"{representation}, {name}; add smaller ones"
            ) from None
    write_model(model, rows, groups, grid, chosen)
    write_sweep(sweep, representation, seed, grid, curves[-1], diverged, chosen)
    write_history(history, representation, seed, grid, curves, chosen)
    return len(y)


def make_grid(classifiers: list[str], settings: dict) -> list[Setting]:
    """All pairs of learning rate and l2, for each classifier its own where it has any."""
    own = {name: {**settings, **settings.get(name, {})} for name in classifiers}
    return [
        Setting(name, *pair)
        for name in classifiers
        for pair in product(own[name]["learning_rates"], own[name]["l2"])
    ]


def key(classifier: str, name: str, settings: dict) -> str:
    """Where the config has the classifier's values."""
    return f"sgd.{classifier}.{name}" if name in settings.get(classifier, {}) else f"sgd.{name}"


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


def write_model(path: Path, rows: Rows, groups: list[Group], grid, chosen: list[int]) -> None:
    arrays = {"mean": rows.standardizer.mean, "scale": rows.standardizer.scale}
    weights = [group.weights(i) for group in groups for i in range(len(group.settings))]
    for i in chosen:
        W, b = weights[i]
        arrays[f"{grid[i].classifier}.W"] = rows.preconditioner.weights(W)
        arrays[f"{grid[i].classifier}.b"] = b
        arrays[f"{grid[i].classifier}.setting"] = np.array([grid[i].learning_rate, grid[i].l2])
    write_arrays(path, arrays)


def write_sweep(path, representation, seed, grid, last, diverged, chosen) -> None:
    rows = []
    for i, setting in enumerate(grid):
        outcome = ("", "", "", "") if diverged[i] else last[:, i]
        same = [other for other in grid if other.classifier == setting.classifier]
        is_edge = i in chosen and (
            on_edge(setting.learning_rate, [other.learning_rate for other in same])
            or on_edge(setting.l2, [other.l2 for other in same])
        )
        run = (representation, setting.classifier, seed, setting.learning_rate, setting.l2)
        rows.append((*run, *outcome, diverged[i], i in chosen, is_edge))
    fixed = ("representation", "classifier", "seed", "learning_rate", "l2")
    write_csv(path, (*fixed, *CURVES, "diverged", "chosen", "on_edge"), rows)


def write_history(path, representation, seed, grid, curves, chosen) -> None:
    rows = [
        (representation, grid[i].classifier, seed, epoch, *values[:, i])
        for i in chosen
        for epoch, values in enumerate(curves, start=1)
    ]
    write_csv(path, ("representation", "classifier", "seed", "epoch", *CURVES), rows)


if __name__ == "__main__":
    stage.main(train)
