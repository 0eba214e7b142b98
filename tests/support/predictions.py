"""What a model of a run says of images, beside what the run's own stages wrote."""

from pathlib import Path

import numpy as np

from pipeline.prediction.model import Model


def scored_twice(
    folder: Path, run: str, representation: str, classifier: str
) -> tuple[np.ndarray, np.ndarray]:
    """The scores of the images held out, by the model of seed 0 and by the stage."""
    model = Model.load(folder / "results" / run, representation, classifier, 0)
    work = folder / "work" / run
    kept = np.load(work / f"seed0/results/{representation}/predictions.npz")
    images = np.load(work / "images.npy")[kept["image"]]
    return model.scores(images), kept[f"{classifier}.scores"]
