"""Score a fold of the training images by a model that has not seen them."""

from pathlib import Path

import numpy as np

from features.errors import BadInput
from features.parallel import mapping
from pipeline.blocks.matrix import Representation
from pipeline.classifiers.answers import scores_of
from pipeline.classifiers.balance import judges
from pipeline.classifiers.rows import TrainingSet, fit_rows, plain_rows
from pipeline.classifiers.search import best_of, saved, train_all
from pipeline.images.duplicates import joined
from pipeline.images.labels import Labels, read_labels
from pipeline.images.parts import TRAIN, VALIDATION, members
from pipeline.probes.best_row import Row, best_row
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import write_arrays


def out_of_fold(
    representations: list,
    where: dict,
    classifiers: list,
    swept: list,
    sgd: dict,
    accuracies: str,
    seed: int,
    deal: int,
    of: int,
    threads: int,
    scores: Path,
) -> int:
    """Write `image`, their rows among all images, and `scores`, float32 (m, C), of a fold.

    The run's best row, see `best_row`, is trained with its chosen setting on the training images
    of the other folds. representations: of each its name and the folders of its blocks. where: the
    other fields of `Representation`. classifiers, swept: as `Plan.classifiers` and `Plan.swept`
    say. accuracies: the pattern of the records. deal: which of the `of` folds, from 1. scores: the
    file to write.
    """
    folders = dict(representations)
    row = best_row(accuracies, list(folders), swept)
    only = with_one_setting(classifiers, row)
    files = {key: Path(where[key]) for key in ("labels", "classes", "parts", "images")}
    of_blocks = {**where, **files, "blocks": folders[row.representation]}
    representation = Representation(name=row.representation, **of_blocks)
    X, y, part = representation.matrix(), representation.y(), representation.part()
    images, n_classes = members(part, TRAIN), len(representation.class_names())
    fold = folds(read_labels(files["labels"]), images, of, seed)
    mine, training = images[fold == deal], images[fold != deal]
    validation = members(part, VALIDATION)
    with mapping(threads) as map_:
        rows = fit_rows(X, y, training, seed, map_)
        known = rows, training, validation, n_classes, seed, scores.parent, map_, threads
        data = TrainingSet(*known, representation.image_shape())
        what = f"audit: {row.representation}, {row.classifier}, fold {deal} of {of}"
        grid = train_all([only], data, sgd, what)[row.classifier]
        best = grid[best_of(grid, judges(data, sgd), only, row.representation)]
        arrays, plain = saved(row.classifier, best), plain_rows(X, y, rows.standardizer)
    found = scores_of(only, arrays, plain, mine) if len(mine) else np.zeros((0, n_classes))
    write_arrays(scores, {"image": mine, "scores": found.astype(np.float32, copy=False)})
    return len(training)


def folds(labels: Labels, images: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The fold of each of the images, int (m,), 1 to n; copies and groups stay together.

    Raises BadInput where all are of one group.
    """
    group = joined(labels.group[images], labels.content[images])
    if len(np.unique(group)) < 2:
        raise BadInput("audit: all training images are of one group: none can judge another")
    return dealt(labels.label[images], group, n, generator(seed, "audit: folds"))


def with_one_setting(classifiers: list[dict], row: Row) -> dict:
    """What is told of the row's classifier, with the chosen setting alone to try."""
    chosen = {each["name"]: each for each in classifiers}[row.classifier]
    return {**chosen, "grows": [], "swept": [[k, [row.values[k]]] for k, _ in chosen["swept"]]}


def dealt(y: np.ndarray, group: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """The fold of each image, int (m,), 1 to n: groups are dealt out in turn, class by class.

    y, group: int (m,). No group is torn; its class is that of its first image.
    """
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    order = rng.permutation(len(first))
    order = order[np.argsort(y[first[order]], kind="stable")]
    fold = np.empty(len(first), int)
    fold[order] = np.arange(len(first)) % n + 1
    return fold[inverse]


if __name__ == "__main__":
    stage.main(out_of_fold)
