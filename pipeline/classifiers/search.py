"""Search a grid: every setting is trained, the grid grows where its edge is best, one is kept."""

from importlib import import_module
from types import ModuleType

import numpy as np

from features.errors import BadInput
from pipeline.classifiers.balance import judges
from pipeline.classifiers.choice import rank
from pipeline.classifiers.grid import Result, Setting, beyond, make_grid, results
from pipeline.classifiers.rows import TrainingSet

GROWTHS = 3  # times that a grid grows beyond its edge, at most


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


def saved(classifier: str, chosen: Result) -> dict[str, np.ndarray]:
    """A model's arrays by the names that they have in the file, and its setting's values."""
    arrays = {f"{classifier}.{name}": array for name, array in chosen.model().items()}
    return arrays | {f"{classifier}.setting": np.array(list(chosen.setting.values.values()))}
