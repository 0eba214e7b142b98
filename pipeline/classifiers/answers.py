"""What a trained model answers: the class of each image, and how far off its scores are."""

from importlib import import_module

import numpy as np

from pipeline.classifiers import losses
from pipeline.classifiers.minibatches import in_order, mean_of_views
from pipeline.classifiers.rows import Rows


def apply(
    classifier: dict, arrays: dict[str, np.ndarray], rows: Rows, index: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean loss (without regularisation) and predicted classes (m,) of the images `index` (m,)."""
    prefix = f"{classifier['name']}."
    model = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
    scores_of = import_module(f"{__package__}.{classifier['module']}").scores
    loss_of = losses.named(classifier["loss"])
    loss, predicted = [], []
    for Z, labels in in_order(rows, index):
        scores = mean_of_views(scores_of(model, Z), len(labels))
        predicted.append(scores.argmax(axis=1))
        loss.append(loss_of(scores, labels)[0])
    return float(np.concatenate(loss).mean(dtype=np.float64)), np.concatenate(predicted)
