"""Measure how near SGD comes to the optimum: see `optimum`."""

import time
from pathlib import Path

import numpy as np

from features.parallel import mapping
from pipeline.blocks.matrix import Representation
from pipeline.classifiers.grid import Setting
from pipeline.classifiers.minibatches import held_out
from pipeline.classifiers.optimum import WIDTHS, Objective, Weights, accuracy
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.runtime.progress import progress
from pipeline.runtime.store import read_arrays, write_csv

ITERATIONS = 3000  # of L-BFGS, at most
SECONDS = 20  # between two times that the weights found so far are kept
COLUMNS = (
    *("representation", "classifier", "seed", "l2", "sgd_objective", "reference_objective"),
    *("gap", "sgd_validation_accuracy", "reference_validation_accuracy", "reference_seconds"),
)


def converge(
    representation: Representation,
    classifiers: list,
    sgd: dict,
    seed: int,
    threads: int,
    model: Path,
    optimality: Path,
) -> int:
    """Compare each linear classifier's chosen model with where L-BFGS ends on its objective.

    All training rows are in memory at once. model: the file that `train` wrote. optimality: the
    table to write, with the columns COLUMNS; until it is there, checkpoints beside it keep how far
    L-BFGS has come.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    n_classes, chosen = len(representation.class_names()), read_arrays(model)
    linear = [each for each in classifiers if each["module"] == "linear"]
    kept = [
        Checkpoint(optimality.with_name(f"{each['name']}.csv"), [each, sgd, seed], [model])
        for each in linear
    ]
    records = []
    with mapping(threads) as map_:
        rows = fit_rows(X, y, training, seed, map_)
        folder = optimality.parent
        data = TrainingSet(rows, training, validation, n_classes, seed, folder, map_)
        for each, checkpoint in zip(linear, kept, strict=True):
            name = each["name"]
            setting = setting_of(each, chosen[f"{name}.setting"])
            trained = chosen[f"{name}.W"], chosen[f"{name}.b"]
            what = f"converge {representation.name}, {name}"
            figures = compare(Objective(data, setting, sgd), trained, data, checkpoint, what)
            records.append((representation.name, name, seed, setting.values["l2"], *figures))
    write_csv(optimality, COLUMNS, records)
    for checkpoint in kept:
        checkpoint.remove()
    return len(training)


def setting_of(classifier: dict, values: np.ndarray) -> Setting:
    """The chosen setting. values: of what is swept, in the order of the grid."""
    names = [name for name, _ in classifier["swept"]]
    chosen = dict(zip(names, map(float, values), strict=True))
    return Setting(classifier["name"], classifier["loss"], chosen, classifier["settings"])


def compare(
    problem: Objective, trained: Weights, data: TrainingSet, checkpoint: Checkpoint, what: str
) -> list[float]:
    """Both objectives, their gap, both validation accuracies, and the reference's seconds.

    Without regularisation (l2 = 0) there may be no optimum, because weights grow for ever where
    the classes can be told apart; the reference is then where L-BFGS stopped.
    """
    start, rounding, spent = resume(checkpoint, trained)
    begin = kept = time.perf_counter()
    steps = progress(range(10 * ITERATIONS), ITERATIONS, f"{what}: steps of at most")

    def keep(weights: Weights, rounding: int) -> None:
        nonlocal kept
        next(steps, None)
        now = time.perf_counter()
        if now - kept > SECONDS:
            numbers = {"rounding": np.array(rounding), "seconds": np.array(spent + now - begin)}
            checkpoint.save({"W": weights[0], "b": weights[1], **numbers})
            kept = now

    reference = problem.minimize(start, ITERATIONS, keep, range(rounding, len(WIDTHS)))
    seconds = spent + time.perf_counter() - begin
    numbers = {"rounding": np.array(len(WIDTHS)), "seconds": np.array(seconds)}
    checkpoint.save({"W": reference[0], "b": reference[1], **numbers})
    values = [problem.value(*weights) for weights in (trained, reference)]
    held = held_out(data)
    right = [accuracy(*weights, data, held()) for weights in (trained, reference)]
    return [*values, values[0] / values[1] - 1, *right, seconds]


def resume(checkpoint: Checkpoint, trained: Weights) -> tuple[Weights, int, float]:
    """Where to start from, the number of the rounding, and the seconds that were spent before.

    That is what a stopped job kept, or else the trained weights: they are nearer to the optimum
    than 0.
    """
    found = checkpoint.load()
    if found is None:
        return trained, 0, 0.0
    return (found["W"], found["b"]), int(found["rounding"]), float(found["seconds"])


if __name__ == "__main__":
    stage.main(converge)
