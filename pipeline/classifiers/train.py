"""Train classifiers with every setting of their grids, and choose by validation images."""

from pathlib import Path

import numpy as np

from features.parallel import mapping
from pipeline.blocks.matrix import Representation
from pipeline.classifiers import losses
from pipeline.classifiers.balance import class_weight, judges
from pipeline.classifiers.grid import CURVES, Result, at_edge
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.classifiers.search import best_of, module_of, saved, train_all
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.store import write_arrays, write_csv


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
    with mapping(threads) as map_:
        rows = fit_rows(X, y, training, seed, map_)
        shape = representation.image_shape()
        known = rows, training, validation, n_classes, seed, model.parent
        data = TrainingSet(*known, map_, threads, shape)
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
