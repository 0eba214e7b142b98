"""Judge the answer that knows no image: always the largest class of the training images."""

from pathlib import Path

import numpy as np

from pipeline.classifiers.judging import JUDGED, judged, judged_parts
from pipeline.images.labels import read_labels
from pipeline.images.parts import TRAIN
from pipeline.runtime import stage
from pipeline.runtime.store import read_array, write_csv


def majority(labels: Path, parts: Path, swept: list, seed: int, accuracy: Path) -> int:
    """Write its accuracies, in a table of the columns that the stage `score` writes.

    labels, parts: files that the stages `load` and `split` wrote. swept: what
    varies in classifiers' grids; these columns are empty here, as is the loss. Of classes equally
    large the first is answered.
    """
    y, part = read_labels(labels).label, read_array(parts)
    largest = np.bincount(y[part == TRAIN]).argmax()
    run = ("majority", 0, "", seed, *("" for _ in swept))
    rows = [
        (*run, split, *judged(y[index], np.full(len(index), largest)), "")
        for split, index in judged_parts(part).items()
    ]
    fixed = ("representation", "n_features", "classifier", "seed")
    write_csv(accuracy, (*fixed, *swept, *JUDGED), rows)
    return len(y)


if __name__ == "__main__":
    stage.main(majority)
