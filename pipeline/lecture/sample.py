"""Set aside the images that the lecture is computed on."""

from pathlib import Path

import numpy as np

from pipeline import stage, standardizer
from pipeline.image_set import TRAIN, VALIDATION
from pipeline.labels import read_labels
from pipeline.lecture.problem import Problem, write
from pipeline.matrix import FeatureMatrix
from pipeline.store import read_array, read_json

TRAINING, HELD_OUT = 2000, 1000  # images, at most: enough for every claim, and quickly read


def sample(
    blocks: list,
    views: list,
    labels: Path,
    classes: Path,
    parts: Path,
    representation: str,
    shard_size: int,
    problem: Path,
) -> None:
    """Write rows of a representation, standardised by the training rows among them.

    Images are in random order: the first are a fair sample, and lie side by side on the disk.
    Held out are validation images; test images have no part in the lecture.
    """
    y, part = read_labels(labels).label, read_array(parts)
    X = FeatureMatrix(blocks, views[:1], len(y), shard_size)
    training, held_out = (
        np.flatnonzero(part == number)[:n]
        for number, n in ((TRAIN, TRAINING), (VALIDATION, HELD_OUT))
    )
    columns = standardizer.fit(X, training, map)
    rows = [columns.apply(X.take(index)) for index in (training, held_out)]
    n_classes = len(read_json(classes))
    write(
        problem,
        Problem(representation, n_classes, rows[0], y[training], rows[1], y[held_out]),
    )


if __name__ == "__main__":
    stage.main(sample)
