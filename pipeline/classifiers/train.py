"""Train classifiers with every setting of their grids, and choose by validation images."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from features.errors import BadInput
from pipeline.blocks.matrix import Representation
from pipeline.classifiers import losses
from pipeline.classifiers.balance import class_weight, judges
from pipeline.classifiers.choice import rank
from pipeline.classifiers.grid import (
    CURVES,
    Result,
    Setting,
    at_edge,
    beyond,
    make_grid,
    results,
)
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.store import write_arrays, write_csv

GROWTHS = 3  # times that a grid grows beyond its edge, at most


def train(
    representation: Representation,
    classifiers: list,
    swept: list,
    sgd: dict,
    seed: int,
    threads: int,
    model: Path,
    sweep: Path,
    history: Path,
) -> int:
    """Write each classifier's chosen model, every setting tried, and the learning curves.

    classifiers: as `Plan.classifiers` describes them. swept: what varies in any of their grids,
    each a column of the tables. model, sweep, history: the files to write.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    training, validation = np.flatnonzero(part == TRAIN), np.flatnonzero(part == VALIDATION)
    n_classes, name = len(representation.class_names()), representation.name
    models: dict[str, np.ndarray] = {}
    tried, curves = [], []
    with ThreadPoolExecutor(threads) as pool:
        rows = fit_rows(X, y, training, seed, pool.map)
        shape = representation.image_shape()
        known = rows, training, validation, n_classes, seed, model.parent
        data = TrainingSet(*known, pool.map, threads, shape)
        found = train_all(classifiers, data, sgd, f"train {name}")
        for each in classifiers:
            run, grid = (name, each["name"], seed), found[each["name"]]
            best = best_of(grid, judges(data, sgd), each, name)
            chosen = grid[best]
            checked = check(each, data, chosen, sgd)
            models |= saved(each["name"], chosen)
            table = outcomes(grid, best, chance_loss(each, data, sgd), checked, swept, sgd)
            tried += [(*run, *row) for row in table]
            points = zip(chosen.epochs, chosen.curve, strict=True)
            curves += [(*run, epoch, *point) for epoch, point in points]
    models |= {"mean": rows.standardizer.mean, "scale": rows.standardizer.scale}
    write_arrays(model, models)
    fixed = ("representation", "classifier", "seed")
    write_csv(sweep, (*fixed, *swept, *outcome_names(sgd)), tried)
    write_csv(history, (*fixed, "epoch", *CURVES), curves)
    return len(training)


def train_all(
    classifiers: list[dict], data: TrainingSet, sgd: dict, what: str
) -> dict[str, list[Result]]:
    """For each classifier, the results of its grid; those of one module are trained in one call.

    Where the best setting lies on the edge of its grid, the grid grows, GROWTHS times at most.
    """
    found: dict[str, list[Result]] = {each["name"]: [] for each in classifiers}
    for module in dict.fromkeys(each["module"] for each in classifiers):
        own = [each for each in classifiers if each["module"] == module]
        grid, growths = make_grid(own), 0
        while grid and growths <= GROWTHS:
            for result in trained(module, grid, data, sgd, what):
                found[result.setting.classifier].append(result)
            n = judges(data, sgd)
            grid = [new for each in own for new in further(each, found[each["name"]], n)]
            growths += 1
    return found


def trained(
    module: str, grid: list[Setting], data: TrainingSet, sgd: dict, what: str
) -> list[Result]:
    """The results of training a grid.

    Raises BadInput where settings are to be chosen by more than the module tells of them.
    """
    found = module_of(module).train(data, grid, sgd, what)
    if found.judged is None and sgd["choose_by"] != "accuracy":
        raise BadInput(
            f"sgd.choose_by: {grid[0].classifier} is judged by accuracy alone; set choose_by to "
            "accuracy, or take it out of classifiers"
        )
    return results(grid, found)


def module_of(name: str) -> ModuleType:
    return import_module(f"{__package__}.{name}")


def further(classifier: dict, tried: list[Result], n_judges: float) -> list[Setting]:
    """Settings beyond the edge of a classifier's grid, where the best one lies on it."""
    grid = [result.setting for result in tried]
    for best in rank(tried, n_judges)[:1]:
        new = beyond(grid[best], grid, classifier.get("grows", []))
        return [setting for setting in new if setting not in grid]
    return []


def best_of(tried: list[Result], n_judges: float, classifier: dict, name: str) -> int:
    """The index of the best setting. Raises BadInput where every setting diverged."""
    for best in rank(tried, n_judges)[:1]:
        return best
    keys, own = classifier["keys"], f"sgd.{classifier['name']}"
    key = keys.get("learning_rate", next(iter(keys.values()), own))
    raise BadInput(
        f"{key}: all of them diverged on {name}, {classifier['name']}; add smaller ones"
    )


def check(
    classifier: dict, data: TrainingSet, chosen: Result, sgd: dict
) -> tuple[float, float] | None:
    """What the classifier's module finds out about how near the optimum its chosen model is."""
    of_module = getattr(module_of(classifier["module"]), "check", None)
    return of_module and of_module(data, chosen.setting, chosen.model(), sgd)


def chance_loss(classifier: dict, data: TrainingSet, sgd: dict) -> float:
    """The validation loss of scores that are all 0, weighted as the losses of training are."""
    y, weight = data.rows.y[data.validation], class_weight(data, sgd)
    loss, _ = losses.named(classifier["loss"])(np.zeros((len(y), data.n_classes)), y)
    return float(np.mean(loss if weight is None else loss * weight[y]))


def saved(classifier: str, chosen: Result) -> dict[str, np.ndarray]:
    """A model's arrays by the names that they have in the file, and its setting's values."""
    arrays = {f"{classifier}.{name}": array for name, array in chosen.model().items()}
    return arrays | {f"{classifier}.setting": np.array(list(chosen.setting.values.values()))}


def outcome_names(sgd: dict) -> list[str]:
    """The names of the columns that `outcomes` fills, after those of the setting's values."""
    judged = ["validation_balanced_accuracy"] * (sgd["choose_by"] == "balanced_accuracy")
    flags = ["diverged", "finished", "chosen", "on_edge"]
    checked = ["gap", "converged_validation_accuracy"]
    return [*CURVES, *judged, "chance_loss", "objective", *flags, *checked]


def outcomes(
    tried: list[Result],
    best: int,
    chance: float,
    checked: tuple[float, float] | None,
    columns: list[str],
    sgd: dict,
) -> list[tuple[object, ...]]:
    """For each setting its values, and the columns that `outcome_names` names.

    chance: the loss of scores that are all 0. checked: what `check` returned of the best.
    """
    rows, grid = [], [result.setting for result in tried]
    balanced = sgd["choose_by"] == "balanced_accuracy"
    for i, result in enumerate(tried):
        values = (result.setting.values.get(name, "") for name in columns)
        end = [*result.curve[-1], *[result.judged] * balanced, result.objective]
        if result.diverged:
            end = [""] * len(end)
        chosen = i == best
        flags = result.diverged, result.finished, chosen, chosen and at_edge(grid[i], grid)
        known = ["" if value != value else value for value in [*end[:-1], chance, end[-1]]]
        rows.append((*values, *known, *flags, *((chosen and checked) or ("", ""))))
    return rows


if __name__ == "__main__":
    stage.main(train)
