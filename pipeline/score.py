"""Score the chosen weights: the one stage that reads test labels, once."""

from pathlib import Path

import numpy as np

from pipeline import preconditioner, stage
from pipeline.image_set import PARTS, TEST
from pipeline.labels import read_labels
from pipeline.losses import LOSSES
from pipeline.matrix import FeatureMatrix
from pipeline.minibatches import in_order, mean_of_views
from pipeline.prepared import Rows
from pipeline.standardizer import Standardizer
from pipeline.store import read_array, read_arrays, read_json, write_csv

ACCURACY = (
    *("representation", "n_features", "classifier", "seed", "learning_rate", "l2"),
    *("split", "n", "accuracy", "loss"),
)
CONFUSION = ("representation", "classifier", "seed", "class", "predicted", "n")


def score(
    blocks: list,
    views: list,
    labels: Path,
    classes: Path,
    parts: Path,
    model: Path,
    representation: str,
    classifiers: list,
    seed: int,
    shard_size: int,
    accuracy: Path,
    confusion: Path,
) -> int:
    """Write accuracy and loss on train, validation and test, and the confusion matrix on test."""
    y, part, names = read_labels(labels).label, read_array(parts), read_json(classes)
    X = FeatureMatrix(blocks, views, len(y), shard_size)
    arrays = read_arrays(model)
    accuracies, confusions = [], []
    for classifier in classifiers:
        learning_rate, l2 = arrays[f"{classifier}.setting"]
        for number, split in enumerate(PARTS):
            index = np.flatnonzero(part == number)
            loss, predicted = apply(arrays, classifier, X, y, index)
            run = (representation, X.d, classifier, seed, learning_rate, l2)
            correct = np.mean(predicted == y[index])
            accuracies.append((*run, split, len(index), correct, loss))
            if number == TEST:
                cells = confused(y[index], predicted, names)
                confusions += [(representation, classifier, seed, *cell) for cell in cells]
    write_csv(accuracy, ACCURACY, accuracies)
    write_csv(confusion, CONFUSION, confusions)
    return len(y)


def apply(
    model: dict[str, np.ndarray],
    classifier: str,
    X: FeatureMatrix,
    y: np.ndarray,
    index: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Mean loss (without regularisation) and predicted classes (m,) of the rows index (m,)."""
    W, b = model[f"{classifier}.W"], model[f"{classifier}.b"]
    losses, predicted = [], []
    rows = Rows(X, y, Standardizer(model["mean"], model["scale"]), preconditioner.identity(X.d))
    for Z, labels in in_order(rows, index):
        scores = mean_of_views(Z @ W + b, len(labels))
        predicted.append(scores.argmax(axis=1))
        losses.append(LOSSES[classifier](scores, labels)[0])
    return float(np.concatenate(losses).mean(dtype=np.float64)), np.concatenate(predicted)


def confused(y: np.ndarray, predicted: np.ndarray, names: list[str]) -> list[tuple[str, str, int]]:
    """For each pair of a class and a prediction, how many images there are, also where none."""
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (y, predicted), 1)
    return [
        (name, guess, int(n))
        for name, row in zip(names, counts, strict=True)
        for guess, n in zip(names, row, strict=True)
    ]


if __name__ == "__main__":
    stage.main(score)
