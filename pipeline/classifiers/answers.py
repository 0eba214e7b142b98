"""What a trained model answers: the scores of each image, its class, and how far off they are."""

from collections.abc import Iterator
from importlib import import_module

import numpy as np

from pipeline.classifiers import losses
from pipeline.classifiers.minibatches import in_order, mean_of_views
from pipeline.classifiers.rows import Rows


def apply(
    classifier: dict, arrays: dict[str, np.ndarray], rows: Rows, index: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean loss (without regularisation) and predicted classes (m,) of the images `index` (m,)."""
    found = [answered(classifier, *batch) for batch in batches(classifier, arrays, rows, index)]
    counts = [len(predicted) for _, predicted in found]
    return (
        float(np.average([loss for loss, _ in found], weights=counts)),
        np.concatenate([predicted for _, predicted in found]),
    )


def answered(classifier: dict, scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean loss and predicted classes (m,) that scores (m, C) come to; y: int (m,)."""
    loss, _ = losses.named(classifier["loss"])(scores, y)
    return float(loss.mean(dtype=np.float64)), scores.argmax(axis=1)


def scores_of(
    classifier: dict, arrays: dict[str, np.ndarray], rows: Rows, index: np.ndarray
) -> np.ndarray:
    """The scores of the images `index` (m,), float32 (m, C)."""
    found = [scores for scores, _ in batches(classifier, arrays, rows, index)]
    return np.concatenate(found).astype(np.float32, copy=False)


def batches(
    classifier: dict, arrays: dict[str, np.ndarray], rows: Rows, index: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Scores and classes of the images `index`, minibatch by minibatch."""
    model = model_of(classifier, arrays)
    for Z, labels in in_order(rows, index):
        yield scored(classifier["module"], model, Z, len(labels)), labels


def model_of(classifier: dict, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A classifier's model, of the arrays that `train` wrote for all of a representation."""
    prefix = f"{classifier['name']}."
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}


def scored(module: str, model: dict[str, np.ndarray], Z: np.ndarray, n: int) -> np.ndarray:
    """The scores (n, C) of n images, given their standardised rows Z (views * n, d)."""
    of_module = import_module(f"{__package__}.{module}").scores
    return mean_of_views(of_module(model, Z), n)
