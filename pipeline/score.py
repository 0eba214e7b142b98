"""Score the chosen weights: the one stage that reads test labels, once."""

from pathlib import Path

import numpy as np

from pipeline import stage
from pipeline.image_set import PARTS, TEST
from pipeline.labels import read_labels
from pipeline.losses import LOSSES
from pipeline.matrix import FeatureMatrix
from pipeline.minibatches import in_order
from pipeline.standardizer import Standardizer
from pipeline.store import read_array, read_arrays, read_json, write_csv


def score(
    blocks: list,
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
    X = FeatureMatrix(blocks, len(y), shard_size)
    arrays = read_arrays(model)
    columns = Standardizer(arrays["mean"], arrays["scale"])
    records, confused = [], []
    for number, name in enumerate(PARTS):
        index = np.flatnonzero(part == number)
        batches = list(predict(X, y, index, columns, arrays, classifiers))
        for classifier in classifiers:
            loss = np.concatenate([batch[classifier][0] for batch in batches])
            predicted = np.concatenate([batch[classifier][1] for batch in batches])
            setting = arrays[f"{classifier}.setting"]
            correct = np.mean(predicted == y[index])
            records.append(
                (representation, X.d, classifier, seed, *setting, name, len(index))
                + (correct, loss.mean(dtype=np.float64))
            )
            if number == TEST:
                counts = np.bincount(
                    y[index] * len(names) + predicted, minlength=len(names) ** 2
                )
                for cell, count in enumerate(counts):
                    true, guess = names[cell // len(names)], names[cell % len(names)]
                    confused.append((representation, classifier, seed, true, guess, count))
    records.sort(key=lambda record: classifiers.index(record[2]))
    columns_ = ("representation", "n_features", "classifier", "seed", "learning_rate", "l2")
    write_csv(accuracy, (*columns_, "split", "n", "accuracy", "loss"), records)
    columns_ = ("representation", "classifier", "seed", "class", "predicted", "n")
    write_csv(confusion, columns_, confused)
    return len(y)


def predict(X, y, index, columns, arrays, classifiers):
    """For batches of rows, per classifier: loss (m,) and predicted class (m,)."""
    for rows, labels in in_order(X, y, index, columns):
        batch = {}
        for classifier in classifiers:
            scores = rows @ arrays[f"{classifier}.W"] + arrays[f"{classifier}.b"]
            predicted = scores.argmax(axis=1)
            batch[classifier] = LOSSES[classifier](scores, labels)[0], predicted
        yield batch


if __name__ == "__main__":
    stage.main(score)
