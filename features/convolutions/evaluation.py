"""What a trained network says of images: the features before its last layer, and scores.

What is said of an image does not depend on the images beside it: they are computed in groups of
one size, the last filled up, by one thread, with batch norm as training left it.
"""

from collections.abc import Callable

import numpy as np
import torch

from features.convolutions import network
from features.convolutions.augmentation import six_views
from features.convolutions.weights import State, Tensors, narrowed, tensors
from features.parallel import Map, slices

GROUP = 64  # images computed together

Outputs = Callable[[np.ndarray, Tensors, network.Norm], torch.Tensor]


def features(images: np.ndarray, state: State) -> np.ndarray:
    """The features of images uint8 (n, rows, cols, 3): float32 (n, width)."""
    return in_groups(network.features, images, state)


def scores(images: np.ndarray, state: State, map_: Map = map) -> np.ndarray:
    """The scores of the classes, float32 (n, n_classes), of images as they are."""
    return in_groups(network.scores, images, state, map_)


def scores_of_views(images: np.ndarray, state: State) -> np.ndarray:
    """The scores, averaged over six views; those of the unmoved image count as much as the rest.

    Source: Jordan, 2024.
    """
    found = [scores(view, state) for view in six_views(images)]
    still, moved = np.mean(found[:2], axis=0), np.mean(found[2:], axis=0)
    return (still + moved) / 2


def in_groups(outputs: Outputs, images: np.ndarray, state: State, map_: Map = map) -> np.ndarray:
    """Outputs of the network for images, float32 (n, width)."""
    weights = narrowed(tensors(state), str(state["precision"]))

    def of_group(some: slice) -> np.ndarray:
        torch.set_num_threads(1)
        group = np.zeros((GROUP, *images.shape[1:]), np.uint8)
        n = len(images[some])
        group[:n] = images[some]
        with torch.no_grad():
            return outputs(group, weights, network.by_statistics(weights))[:n].numpy()

    found = list(map_(of_group, slices(len(images), GROUP)))
    return np.concatenate(found) if found else np.zeros((0, 0), np.float32)
