"""The network: whitening, three pairs of convolutions, the maximum over the image, a linear layer.

The first convolution of a pair is followed by pooling, and each by batch norm and GELU. Batch norm
has no trained scale. Filters start as the identity (Dirac), as far as there are inputs.

Source: Jordan, 2024.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from features.convolutions.convolution import Convolution
from features.convolutions.weights import Tensors, kind_of, precision_of

EPSILON = 1e-5  # added to variances in batch norm
SCALE = 1 / 9  # of the outputs, so that the first steps are not too sure of themselves

Norm = Callable[[str, torch.Tensor], torch.Tensor]


def layers(widths: list[int]) -> list[tuple[str, int]]:
    """The names of the convolutions in their order, and how many outputs each has."""
    return [(f"{pair}{half}", width) for pair, width in enumerate(widths) for half in "ab"]


def initial(
    inputs: int, widths: list[int], n_classes: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """What is trained, as it is at the start, float32.

    `filters.0a` and so on are (outputs, inputs, 3, 3), `bias.0a` those of batch norm (outputs,),
    and `last` the linear layer (n_classes, widths[-1]). widths: the outputs of each pair.
    """
    found = {}
    for name, width in layers(widths):
        bound = (9 * inputs) ** -0.5
        filters = rng.uniform(-bound, bound, (width, inputs, 3, 3))
        same = np.arange(min(inputs, width))
        filters[same] = 0
        filters[same, same, 1, 1] = 1
        found[f"filters.{name}"] = filters.astype(np.float32)
        found[f"bias.{name}"] = np.zeros(width, np.float32)
        inputs = width
    bound = inputs**-0.5
    found["last"] = rng.uniform(-bound, bound, (n_classes, inputs)).astype(np.float32)
    return found


def features(images: np.ndarray, weights: Tensors, norm: Norm) -> torch.Tensor:
    """What the linear layer is given for images uint8 (n, rows, cols, 3): (n, widths[-1]).

    norm: batch norm of the layer that it is told. Computed in the filters' precision.
    """
    x = whitened(images, weights)
    for name in names(weights):
        x = Convolution.apply(x, weights[f"filters.{name}"])
        if name.endswith("a"):
            x = functional.max_pool2d(x, [min(2, side) for side in x.shape[2:]])
        x = functional.gelu(norm(name, x))
    return x.amax(dim=(2, 3)).float()


def names(weights: Tensors) -> list[str]:
    """The names of the convolutions in their order."""
    return sorted(key.partition(".")[2] for key in weights if kind_of(key) == "filters")


def whitened(images: np.ndarray, weights: Tensors) -> torch.Tensor:
    """The first layer's outputs, (n, 24, rows - 1, cols - 1).

    Computed in float32, then narrowed: whitening takes the difference of numbers much alike.
    """
    pixels = torch.from_numpy(images).to(weights["whitening"].device)
    pixels = pixels.permute(0, 3, 1, 2).float()
    found = functional.conv2d(pixels, weights["whitening"], weights["whitening_bias"])
    narrow = found.to(precision_of(weights), memory_format=torch.channels_last)
    return functional.gelu(narrow)


def scores(images: np.ndarray, weights: Tensors, norm: Norm) -> torch.Tensor:
    """The scores of the classes, float32 (n, n_classes)."""
    return functional.linear(features(images, weights, norm), weights["last"]) * SCALE


def by_batch(weights: Tensors, found: Tensors) -> Norm:
    """Batch norm by the images at hand. Puts their mean and variance (2, width) into `found`."""

    def norm(name: str, x: torch.Tensor) -> torch.Tensor:
        y, mean, inverse = torch.native_batch_norm(
            x, None, weights[f"bias.{name}"], None, None, True, 0.0, EPSILON
        )
        found[f"norm.{name}"] = torch.stack([mean, inverse**-2 - EPSILON]).detach()
        return y

    return norm


def by_statistics(weights: Tensors) -> Norm:
    """Batch norm by the mean and variance that training has seen, weights["norm.<layer>"]."""

    def norm(name: str, x: torch.Tensor) -> torch.Tensor:
        mean, variance = weights[f"norm.{name}"]
        bias = weights[f"bias.{name}"]
        return torch.native_batch_norm(x, None, bias, mean, variance, False, 0.0, EPSILON)[0]

    return norm
