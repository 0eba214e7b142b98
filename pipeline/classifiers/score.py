"""Score the chosen models; no stages but this, `majority` and `few_labels` see test labels."""

from pathlib import Path

import numpy as np

from pipeline.blocks.matrix import Representation
from pipeline.classifiers import temperature
from pipeline.classifiers.answers import answered, apply, scores_of
from pipeline.classifiers.judging import JUDGED, judged, judged_parts
from pipeline.classifiers.rows import plain_rows
from pipeline.classifiers.standardizer import Standardizer
from pipeline.images.parts import VALIDATION, is_test
from pipeline.runtime import stage
from pipeline.runtime.store import read_arrays, write_arrays, write_csv

CONFUSION = ("representation", "classifier", "seed", "class", "predicted", "n")


def score(
    representation: Representation,
    classifiers: list,
    swept: list,
    seed: int,
    model: Path,
    accuracy: Path,
    confusion: Path,
    predictions: Path,
) -> int:
    """Write accuracies and loss on training, validation and test images, and the test confusions.

    classifiers: as `Plan.classifiers` describes them. swept: what varies in any of their grids.
    model: the file that `train` wrote. accuracy, confusion: the tables to write. predictions: the
    file for the scores of the images held out: `image`, their rows among all images, `part` and
    `y`, int (m,), and what `kept` adds for each classifier.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    arrays, name = read_arrays(model), representation.name
    rows = plain_rows(X, y, Standardizer(arrays["mean"], arrays["scale"]))
    accuracies: list[tuple] = []
    confusions: list[tuple] = []
    held_out = np.flatnonzero((part == VALIDATION) | is_test(part))
    answers = {"image": held_out, "part": part[held_out], "y": y[held_out]}
    for each in classifiers:
        setting = arrays[f"{each['name']}.setting"]
        values = dict(zip((key for key, _ in each["swept"]), setting, strict=True))
        run = (name, X.d, each["name"], seed, *(values.get(key, "") for key in swept))
        scores = scores_of(each, arrays, rows, held_out)
        answers |= kept(each["name"], scores, answers)
        for split, index in judged_parts(part).items():
            if split == "train":
                loss, predicted = apply(each, arrays, rows, index)
            else:
                mine = np.searchsorted(held_out, index)
                loss, predicted = answered(each, scores[mine], y[index])
            accuracies.append((*run, split, *judged(y[index], predicted), loss))
            if split == "test":
                cells = confused(y[index], predicted, representation.class_names())
                confusions += [(name, each["name"], seed, *cell) for cell in cells]
    fixed = ("representation", "n_features", "classifier", "seed")
    write_csv(accuracy, (*fixed, *swept, *JUDGED), accuracies)
    write_csv(confusion, CONFUSION, confusions)
    write_arrays(predictions, answers)
    return len(y)


def kept(name: str, scores: np.ndarray, of: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A classifier's scores (m, C) on the images held out, and the temperature that makes
    probabilities of them, fitted on the validation images; of: `image`, `part` and `y`.
    """
    chosen_by = of["part"] == VALIDATION
    fitted = temperature.fit(scores[chosen_by], of["y"][chosen_by])
    return {f"{name}.scores": scores, f"{name}.temperature": np.array(fitted)}


def confused(y: np.ndarray, predicted: np.ndarray, names: list[str]) -> list[tuple[str, str, int]]:
    """(class, prediction, number of images) for every pair of classes, even if there are none."""
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (y, predicted), 1)
    return [
        (name, guess, int(n))
        for name, row in zip(names, counts, strict=True)
        for guess, n in zip(names, row, strict=True)
    ]


if __name__ == "__main__":
    stage.main(score)
