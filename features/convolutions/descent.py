"""One step of training: gradients of a minibatch by Nesterov SGD, and what batch norm remembers.

The same bytes for any number of threads: a minibatch is cut into chunks of fixed size, one thread
computes a chunk, and gradients are added up in the chunks' order. Batch norm sees a chunk alone
(Hoffer, Hubara, Soudry, Train longer, generalize better, 2017).

Source: Jordan, 2024; Sutskever et al., On the importance of initialization and momentum, 2013.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from features.convolutions import network
from features.convolutions.weights import Tensors, kind_of, narrowed, trained
from features.parallel import Map

MOMENTUM = 0.85
BIAS_RATE = 64  # times as fast as other weights, biases of batch norm are learned
DECAY = 0.00133  # of the weights, added to the gradient of the mean loss
SMOOTHING = 0.2  # of the labels
MEMORY = 0.6  # of what batch norm has seen, what is left after another step


class Examples(NamedTuple):
    """What is learned from.

    images: uint8 (n, rows, cols, 3). labels: int (n,). weight: how much an image of each class
    counts, float32 (n_classes,).
    """

    images: np.ndarray
    labels: np.ndarray
    weight: np.ndarray


class Found(NamedTuple):
    """Of some images: sums of loss and right answers (2,), gradients, and what batch norm saw."""

    sums: np.ndarray
    gradients: Tensors
    seen: Tensors


def step(
    weights: Tensors, chunks: list[Callable[[], Examples]], precision: str, rate: float, map_: Map
) -> np.ndarray:
    """Change the weights by one minibatch; its sums of loss and right answers, float64 (2,).

    chunks: functions that give the minibatch's images, each called by one thread. rate: the
    learning rate, for the mean loss.
    """
    narrow = narrowed(weights, precision)
    n, sums, gradients, seen = 0, np.zeros(2), Tensors(), []
    for size, found in map_(lambda look: look_at(look(), narrow), chunks):
        n, sums = n + size, sums + found.sums
        seen.append(found.seen)
        for name, each in found.gradients.items():
            gradients[name] = each.float() if name not in gradients else gradients[name].add_(each)
    descend(weights, gradients, n, rate)
    remember(weights, seen)
    return sums


def look_at(examples: Examples, weights: Tensors) -> tuple[int, Found]:
    """How many images there are, and what is found of them, by one thread."""
    return len(examples.labels), gradients_of(examples, weights)


def gradients_of(examples: Examples, weights: Tensors) -> Found:
    """The gradients of the sum of the losses, by one thread."""
    torch.set_num_threads(1)
    names, seen = trained(weights), Tensors()
    with torch.enable_grad():
        scores = network.scores(examples.images, weights, network.by_batch(weights, seen))
        y = torch.from_numpy(examples.labels).to(scores.device, torch.int64)
        each = functional.cross_entropy(scores, y, label_smoothing=SMOOTHING, reduction="none")
        loss = (each * torch.from_numpy(examples.weight).to(scores.device)[y]).sum()
        gradients = torch.autograd.grad(loss, [weights[name] for name in names])
    right = int((scores.argmax(dim=1) == y).sum())
    return Found(np.array([loss.item(), right]), dict(zip(names, gradients, strict=True)), seen)


def descend(weights: Tensors, gradients: Tensors, n: int, rate: float) -> None:
    """Move what is trained, and its momentum, by the gradients' sum over n images."""
    for name, gradient in gradients.items():
        own, momentum = weights[name], weights[f"momentum.{name}"]
        fast = BIAS_RATE if kind_of(name) == "bias" else 1
        gradient.div_(n).add_(own, alpha=DECAY / fast)
        momentum.mul_(MOMENTUM).add_(gradient)
        own.sub_(gradient.add_(momentum, alpha=MOMENTUM), alpha=rate * fast)


def remember(weights: Tensors, seen: Iterable[Tensors]) -> None:
    """Let what batch norm saw in the chunks of a minibatch into its means and variances."""
    every = list(seen)
    for name in every[0]:
        mean, variance = torch.stack([found[name] for found in every]).unbind(dim=1)
        whole = torch.stack([mean.mean(0), variance.mean(0) + mean.var(0, correction=0)])
        weights[name].mul_(MEMORY).add_(whole, alpha=1 - MEMORY)
