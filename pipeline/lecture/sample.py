"""Choose the images that parts 1 to 8 of the lecture are computed on, and write their rows."""

from pathlib import Path

import numpy as np

from pipeline.blocks.matrix import Representation
from pipeline.classifiers import standardizer
from pipeline.images.parts import TRAIN, VALIDATION
from pipeline.lecture.problem import Problem, write
from pipeline.runtime import stage

TRAINING, HELD_OUT = 2000, 1000  # images, at most: enough for every claim, and quickly read


def sample(representation: Representation, seed: int, rows: Path) -> None:
    """Write rows of a representation, standardised by the training rows among them.

    The first training and validation images are taken. As images are in random order, they are a
    fair sample; and they lie side by side on the disk. Validation images are the held-out ones;
    test images are not used in the lecture. rows: the file to write.
    """
    X, y, part = representation.matrix(n_views=1), representation.y(), representation.part()
    training, held_out = (
        np.flatnonzero(part == number)[:n]
        for number, n in ((TRAIN, TRAINING), (VALIDATION, HELD_OUT))
    )
    columns = standardizer.fit(X, training, map)
    standardized = [columns.apply(X.take(index)) for index in (training, held_out)]
    known = representation.name, seed, len(representation.class_names())
    write(rows, Problem(*known, standardized[0], y[training], standardized[1], y[held_out]))


if __name__ == "__main__":
    stage.main(sample)
