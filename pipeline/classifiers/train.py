"""Train classifiers with every setting of their grids, and choose by validation accuracy."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.blocks.matrix import Representation
from pipeline.classifiers.grid import CURVES, Setting, Trained, at_edge, choose, make_grid, swept
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.store import write_arrays, write_csv


def train(
    representation: Representation,
    classifiers: list,
    sgd: dict,
    seed: int,
    threads: int,
    model: Path,
    sweep: Path,
    history: Path,
) -> int:
    """Write each classifier's chosen model, every setting tried, and the learning curves.

    classifiers: as `Plan.classifiers` describes them. model, sweep, history: the files to write.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    n_classes, name = len(representation.class_names()), representation.name
    with ThreadPoolExecutor(threads) as pool:
        rows = fit_rows(X, y, training, seed, pool.map)
        data = TrainingSet(rows, training, validation, n_classes, seed, model.parent, pool.map)
        results = train_all(classifiers, data, sgd, f"train {name}")
    models = {"mean": rows.standardizer.mean, "scale": rows.standardizer.scale}
    tried, curves, columns = [], [], swept(classifiers)
    for each in classifiers:
        grid, trained = results[each["name"]]
        best = best_of(grid, trained, each, name)
        run = name, each["name"], seed
        models |= saved(each["name"], grid[best], trained.model(best))
        tried += [(*run, *rest) for rest in outcomes(grid, trained, best, columns)]
        curves += [(*run, i, *row) for i, row in enumerate(trained.curves[:, :, best], start=1)]
    write_arrays(model, models)
    fixed = ("representation", "classifier", "seed")
    write_csv(sweep, (*fixed, *columns, *CURVES, "diverged", "chosen", "on_edge"), tried)
    write_csv(history, (*fixed, "epoch", *CURVES), curves)
    return len(training)


def train_all(
    classifiers: list[dict], data: TrainingSet, sgd: dict, what: str
) -> dict[str, tuple[list[Setting], Trained]]:
    """For each classifier, its grid and the result of training it; one call for each module."""
    results = {}
    for module in dict.fromkeys(each["module"] for each in classifiers):
        grid = make_grid([each for each in classifiers if each["module"] == module])
        trained = import_module(f"{__package__}.{module}").train(data, grid, sgd, what)
        for name in dict.fromkeys(setting.classifier for setting in grid):
            index = [i for i, setting in enumerate(grid) if setting.classifier == name]
            results[name] = [grid[i] for i in index], trained.only(index)
    return results


def best_of(grid: list[Setting], trained: Trained, classifier: dict, name: str) -> int:
    """The index of the best setting. Raises BadInput where every setting diverged."""
    try:
        return choose(grid, trained.curves[-1, 3], trained.diverged)
    except ValueError:
        keys, own = classifier["keys"], f"sgd.{classifier['name']}"
        key = keys.get("learning_rate", next(iter(keys.values()), own))
        raise BadInput(
            f"{key}: all of them diverged on {name}, {classifier['name']}; add smaller ones"
        ) from None


def saved(
    classifier: str, setting: Setting, model: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """A model's arrays by the names that they have in the file, and its setting's values."""
    arrays = {f"{classifier}.{name}": array for name, array in model.items()}
    return arrays | {f"{classifier}.setting": np.array(list(setting.values.values()))}


def outcomes(
    grid: list[Setting], trained: Trained, best: int, columns: list[str]
) -> list[tuple[object, ...]]:
    """For each setting its values, CURVES after the last epoch, and three flags.

    The flags: whether it diverged, whether it was chosen, whether it lies on the grid's edge.
    """
    rows = []
    for i, setting in enumerate(grid):
        values = (setting.values.get(name, "") for name in columns)
        end = [""] * len(CURVES) if trained.diverged[i] else trained.curves[-1, :, i]
        chosen = i == best
        rows.append(
            (*values, *end, trained.diverged[i], chosen, chosen and at_edge(setting, grid))
        )
    return rows


if __name__ == "__main__":
    stage.main(train)
