"""The convolutional network as a classifier of raw pixels: `features.convnet` with its last layer.

It augments images itself, so it is trained on the original view alone. Standardised pixels become
images again before they are scored.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from features.convnet import check_size
from features.convolutions import evaluation, training
from features.parallel import slices
from pipeline.classifiers import losses
from pipeline.classifiers.balance import class_weight, importance
from pipeline.classifiers.grid import Setting, Trained
from pipeline.classifiers.rows import TrainingSet
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.runtime.messages import say
from pipeline.runtime.progress import progress
from pipeline.runtime.randomness import generator

ROWS = 4096  # read at once
SAVED = 20  # times that training is saved on its way, at most


def train(data: TrainingSet, grid: list[Setting], sgd: dict, what: str) -> Trained:
    """Train a network for each setting; its model is its state and how pixels are standardised."""
    found = [train_one(data, setting, sgd, what) for setting in grid]
    curves = np.stack([curve for _, curve, _ in found], axis=2)
    columns = data.rows.standardizer
    own = {"mean": columns.mean, "scale": columns.scale, "shape": np.array(data.image_shape)}
    diverged = ~np.isfinite(curves[-1]).all(axis=0)
    judged = np.array([each for _, _, each in found])
    return Trained(curves, diverged, lambda i: {**found[i][0], **own}, judged=judged)


def train_one(
    data: TrainingSet, setting: Setting, sgd: dict, what: str
) -> tuple[training.State, np.ndarray, float]:
    """The state, its curves, float64 (epochs, 4), and what a setting is chosen by."""
    settings: dict[str, Any] = {**setting.fixed, **setting.values}
    recipe, name = training.Recipe(**settings), setting.classifier
    examples, held_out = examples_of(data, sgd), images_at(data, data.validation)
    pixels = [digest(each) for each in (*examples, held_out, data.rows.y[data.validation])]
    checkpoint = Checkpoint(data.folder / f"{name}.npz", [settings, sgd, data.seed, pixels])
    state = checkpoint.load()
    if state is None:
        state = training.start(examples, recipe, generator(data.seed, f"train {name}"))
        for sentence in state["said"]:
            say(f"{what}, {name}: {sentence}")
    judged = state.pop("judged", np.zeros((0, 3)))
    total, done = recipe.n_epochs(len(data.training)), int(state["epoch"])
    left = training.epochs(state, examples, recipe, data.threads)
    for reached in progress(left, total - done, f"{what}, {name}, epochs"):
        state = reached
        scored = evaluation.scores(held_out, state, data.map_)
        judged = np.concatenate([judged, [judge(scored, data, setting, sgd)]])
        if state["epoch"] % -(-total // SAVED) == 0:
            checkpoint.save({**state, "judged": judged})
    checkpoint.remove()
    curves = np.concatenate([state["curve"], judged[:, :2]], axis=1)
    return training.fitted(state), curves, float(judged[-1, 2])


def scores(model: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The scores (m, C), float32, of standardised pixels X (m, d), averaged over six views."""
    scale = model["scale"]
    pixels = np.divide(X, scale, out=np.zeros_like(X), where=scale != 0) + model["mean"]
    return evaluation.scores_of_views(as_images(pixels, model["shape"]), model)


def examples_of(data: TrainingSet, sgd: dict) -> training.Examples:
    """The training images, and how much those of each class count."""
    check_size(*data.image_shape[:2])
    weight = class_weight(data, sgd)
    weight = np.ones(data.n_classes, np.float32) if weight is None else weight
    y = data.rows.y[data.training]
    return training.Examples(images_at(data, data.training), y, weight)


def images_at(data: TrainingSet, index: np.ndarray) -> np.ndarray:
    """The images at an increasing index, uint8 (m, rows, cols, 3), as they are, not mirrored."""
    X = data.rows.X
    return np.concatenate(
        [as_images(X.take(index[some]), data.image_shape) for some in slices(len(index), ROWS)]
    )


def as_images(pixels: np.ndarray, shape: Sequence[int] | np.ndarray) -> np.ndarray:
    """Images uint8 (m, *shape) from the features of `raw_pixels`, (m, d), 0 to 1."""
    return np.rint(pixels * 255).clip(0, 255).astype(np.uint8).reshape(-1, *shape)


def digest(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def judge(
    scored: np.ndarray, data: TrainingSet, setting: Setting, sgd: dict
) -> tuple[float, float, float]:
    """On validation images the mean loss, the accuracy, and what settings are chosen by."""
    y = data.rows.y[data.validation]
    loss, _ = losses.named(setting.loss)(scored, y)
    right, counts = scored.argmax(axis=1) == y, importance(data, sgd)[y]
    weight = class_weight(data, sgd)
    mean = np.mean(loss if weight is None else loss * weight[y])
    return float(mean), float(right.mean()), float(np.average(right, weights=counts))
