"""Fit a feature: learn its state, such as a codebook, from the training images alone."""

from importlib import import_module
from pathlib import Path

import numpy as np

from pipeline.images.labels import read_labels
from pipeline.images.parts import TRAIN
from pipeline.runtime import stage
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.runtime.messages import say
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import ArrayFile, read_array, write_arrays


def fit(
    images: Path,
    labels: Path,
    parts: Path,
    feature: str,
    settings: dict,
    resumes: bool,
    seed: int,
    threads: int,
    state: Path,
) -> int:
    """Write the state that the feature's `encode` needs, and say what `fit` has to say.

    images, labels, parts: files that the stages `load` and `split` wrote. settings: those that the
    feature's `fit` takes. resumes: whether it goes on from a checkpoint, if a job was stopped.
    """
    index = np.flatnonzero(read_array(parts) == TRAIN)
    training, y = Selection(ArrayFile(images), index), read_labels(labels).label[index]
    rng = generator(seed, f"fit {feature}")
    function = import_module(f"features.{feature}").fit
    checkpoint = Checkpoint(state, [feature, settings, seed], [images, labels, parts])
    more = {"checkpoint": checkpoint} if resumes else {}
    fitted = function(training, y, rng, threads, **settings, **more)
    for sentence in fitted.get("said", ()):
        say(f"{feature}, seed {seed}: {sentence}")
    write_arrays(state, fitted)
    checkpoint.remove()
    return len(index)


class Selection:
    """The images at an increasing index (n,), like an array; a slice is read when asked for."""

    def __init__(self, images: ArrayFile, index: np.ndarray) -> None:
        self.images, self.index = images, index
        self.shape = (len(index), *images.shape[1:])

    def __getitem__(self, part: slice) -> np.ndarray:
        index = self.index[part]
        start, stop = int(index[0]), int(index[-1]) + 1
        return self.images.read(start, stop)[index - start]


if __name__ == "__main__":
    stage.main(fit)
