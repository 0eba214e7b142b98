"""Score the chosen models; but for `majority`, no other stage looks at labels of test images."""

from importlib import import_module
from pathlib import Path

import numpy as np

from pipeline.blocks.matrix import Representation
from pipeline.classifiers import losses
from pipeline.classifiers.judging import JUDGED, judged, judged_parts
from pipeline.classifiers.minibatches import in_order, mean_of_views
from pipeline.classifiers.rows import Rows, plain_rows
from pipeline.classifiers.standardizer import Standardizer
from pipeline.runtime import stage
from pipeline.runtime.store import read_arrays, write_csv

CONFUSION = ("representation", "classifier", "seed", "class", "predicted", "n")


def score(
    representation: Representation,
    classifiers: list,
    swept: list,
    seed: int,
    model: Path,
    accuracy: Path,
    confusion: Path,
) -> int:
    """Write accuracies and loss on training, validation and test images, and the test confusions.

    classifiers: as `Plan.classifiers` describes them. swept: what varies in any of their grids.
    model: the file that `train` wrote. accuracy, confusion: the tables to write.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    arrays, name = read_arrays(model), representation.name
    rows = plain_rows(X, y, Standardizer(arrays["mean"], arrays["scale"]))
    accuracies: list[tuple] = []
    confusions: list[tuple] = []
    for each in classifiers:
        setting = arrays[f"{each['name']}.setting"]
        values = dict(zip((key for key, _ in each["swept"]), setting, strict=True))
        run = (name, X.d, each["name"], seed, *(values.get(key, "") for key in swept))
        for split, index in judged_parts(part).items():
            loss, predicted = apply(each, arrays, rows, index)
            accuracies.append((*run, split, *judged(y[index], predicted), loss))
            if split == "test":
                cells = confused(y[index], predicted, representation.class_names())
                confusions += [(name, each["name"], seed, *cell) for cell in cells]
    fixed = ("representation", "n_features", "classifier", "seed")
    write_csv(accuracy, (*fixed, *swept, *JUDGED), accuracies)
    write_csv(confusion, CONFUSION, confusions)
    return len(y)


def apply(
    classifier: dict, arrays: dict[str, np.ndarray], rows: Rows, index: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean loss (without regularisation) and predicted classes (m,) of the images `index` (m,)."""
    prefix = f"{classifier['name']}."
    model = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
    scores_of = import_module(f"{__package__}.{classifier['module']}").scores
    loss_of = losses.named(classifier["loss"])
    loss, predicted = [], []
    for Z, labels in in_order(rows, index):
        scores = mean_of_views(scores_of(model, Z), len(labels))
        predicted.append(scores.argmax(axis=1))
        loss.append(loss_of(scores, labels)[0])
    return float(np.concatenate(loss).mean(dtype=np.float64)), np.concatenate(predicted)


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
