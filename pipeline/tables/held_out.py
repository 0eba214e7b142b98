"""What the classifiers answered on the images held out, as the stage `score` has kept it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.images.labels import read_labels
from pipeline.images.parts import is_test
from pipeline.runtime.store import read_arrays
from pipeline.tables.uncertainty import Answers

SCORES = ".scores"  # the end of an array's name; it begins with the classifier's


@dataclass(frozen=True)
class Scored:
    """A classifier's scores float32 (m, C) of the images held out of a trial.

    image, part, y: int (m,), as `score` has written them. temperature: that fitted on validation
    images.
    """

    classifier: str
    image: np.ndarray
    part: np.ndarray
    y: np.ndarray
    scores: np.ndarray
    temperature: float


def read_scored(file: Path) -> Iterator[Scored]:
    """All classifiers on one representation in one trial, in the order of the config."""
    arrays = read_arrays(file)
    image, part, y = (arrays[name] for name in ("image", "part", "y"))
    for key in arrays:
        if key.endswith(SCORES):
            name = key.removesuffix(SCORES)
            temperature = float(arrays[f"{name}.temperature"])
            yield Scored(name, image, part, y, arrays[key], temperature)


def runs(kept: dict) -> Iterator[tuple[str, tuple, Path]]:
    """Representation, trial and file of scores of each run, in the order of the tables.

    kept: as `kept.kept` describes it.
    """
    of_key = dict(kept["values"])
    for name, *values in product(*of_key.values()):
        of = dict(zip(of_key, (name, *values), strict=True))
        yield name, tuple(values), Path(kept["pattern"].format(**of))


def answers(kept: dict, accuracy: pd.DataFrame, labels: Path) -> Answers:
    """What the rows of the summary answered on test images, in its order.

    kept: as `kept.kept` describes it. accuracy: the table of this name, in numbers. labels: the
    file that `load` wrote.
    """
    group = read_labels(labels).group
    split, n = accuracy["split"], accuracy["n"]
    without = accuracy["accuracy"][(split == "test") & (accuracy["classifier"] == "")]
    files: dict[tuple, list[Path]] = {}
    for _, trial, file in runs(kept):
        files.setdefault(trial, []).append(file)
    right, image = [], []
    for place, of_trial in enumerate(files.values()):
        columns = []
        for file in of_trial:
            for scored in read_scored(file):
                mine = is_test(scored.part)
                y = scored.y[mine]
                columns.append(scored.scores[mine].argmax(axis=1) == y)
        if len(without):
            columns.insert(0, constant(y, without.iloc[place]))
        right.append(np.stack(columns, axis=1))
        image.append(scored.image[mine])
    ratio = n[split == "test"].sum() / n[split.isin(["train", "validation"])].sum()
    unit = [group[each] for each in image]
    return Answers(right, image, unit, float(ratio), folds="fold" in dict(kept["values"]))


def constant(y: np.ndarray, accuracy: float) -> np.ndarray:
    """Whether always answering one class is right, bool (n,), known from its accuracy on y (n,).

    Of classes with as many images, which differ in nothing else that is asked of it, the first.
    """
    counts = np.bincount(y)
    (found,) = np.nonzero(counts == round(accuracy * len(y)))
    return y == found[0] if len(found) else np.zeros(len(y), bool)
