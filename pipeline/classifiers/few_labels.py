"""Train on a share of the labels, choose by as large a share of them, and score on test images."""

from pathlib import Path

import numpy as np

from features.parallel import mapping
from pipeline.blocks.matrix import Representation
from pipeline.classifiers.answers import apply
from pipeline.classifiers.balance import judges
from pipeline.classifiers.judging import judged
from pipeline.classifiers.rows import TrainingSet, fit_rows, plain_rows
from pipeline.classifiers.search import best_of, saved, train_all
from pipeline.images.parts import TEST, TRAIN, VALIDATION, members
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import write_csv

COLUMNS = (
    *("representation", "classifier", "seed", "share", "labels", "draw", "validation_accuracy"),
    *("validation_loss", "test_accuracy"),
)


def few_labels(
    representation: Representation,
    classifiers: list,
    sgd: dict,
    seed: int,
    share: float,
    draw: int,
    threads: int,
    record: Path,
) -> int:
    """Write a row (COLUMNS) for each classifier, trained on a share of the labels.

    Validation labels are labels too: the same share of both is drawn, and nothing else is trained
    on or chosen by. Test labels are used for the test accuracy alone. record: the file to write.
    """
    X, y, part = representation.matrix(), representation.y(), representation.part()
    training, validation = (
        drawn(members(part, number), y, share, generator(seed, f"labels {draw} of part {number}"))
        for number in (TRAIN, VALIDATION)
    )
    n_classes, name = len(representation.class_names()), representation.name
    records = []
    with mapping(threads) as map_:
        rows = fit_rows(X, y, training, seed, map_)
        known = rows, training, validation, n_classes, seed, record.parent, map_, threads
        data = TrainingSet(*known, representation.image_shape())
        found = train_all(classifiers, data, sgd, f"{name}, {share:.3g} of the labels")
        plain = plain_rows(X, y, rows.standardizer)
        for each in classifiers:
            grid = found[each["name"]]
            arrays = saved(each["name"], grid[best_of(grid, judges(data, sgd), each, name)])
            loss, guess = apply(each, arrays, plain, validation)
            test = members(part, TEST)
            accuracy = judged(y[test], apply(each, arrays, plain, test)[1])[1]
            run = name, each["name"], seed, share, len(training) + len(validation), draw
            records.append((*run, judged(y[validation], guess)[1], loss, accuracy))
    write_csv(record, COLUMNS, records)
    return len(training)


def drawn(index: np.ndarray, y: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """A share of each class of the images `index` (m,), at least one: increasing indices.

    y: the classes of all images. Draws of the same generator are nested: a smaller share lies
    within a larger one.
    """
    order = rng.permutation(index)
    chosen = []
    for number in np.unique(y[index]):
        mine = order[y[order] == number]
        chosen.append(mine[: max(1, round(share * len(mine)))])
    return np.sort(np.concatenate(chosen))


if __name__ == "__main__":
    stage.main(few_labels)
