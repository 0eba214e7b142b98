"""Set aside the images that the lecture is computed on."""

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

    Images are in random order: the first are a fair sample, and lie side by side on the disk.
    Held out are validation images; test images have no part in the lecture.
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
