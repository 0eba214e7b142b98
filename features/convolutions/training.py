"""Training the network, epoch by epoch, from a state that it can go on from.

Source: Jordan, 2024.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
import torch

from features.convolutions import network, precision
from features.convolutions.augmentation import augmented, mirrored, shifts
from features.convolutions.descent import Examples, gradients_of, step
from features.convolutions.minibatches import LARGEST, cut, n_epochs, pace, steps_an_epoch
from features.convolutions.weights import State, Tensors, arrays, kind_of, narrowed, tensors
from features.convolutions.whitening import whitening_filters
from features.errors import BadInput


class Recipe(NamedTuple):
    """How a network is trained.

    epochs: at least. steps: at least, so that few images get many epochs. learning_rate: for the
    mean loss of a minibatch of LARGEST images; of smaller ones, less by their size. widths: the
    outputs of each pair of convolutions. device: cpu or cuda.
    """

    epochs: int
    steps: int
    learning_rate: float
    widths: list[int]
    device: str

    def n_epochs(self, n: int) -> int:
        """For n training images."""
        return n_epochs(n, self.epochs, self.steps)


def start(examples: Examples, recipe: Recipe, rng: np.random.Generator) -> State:
    """The state before the first epoch; in it, `precision` is that of training, and `said` why.

    Raises BadInput where training is to be on a GPU, and there is none.
    """
    if recipe.device == "cuda" and not torch.cuda.is_available():
        raise BadInput("convnet: device is cuda, but PyTorch finds no GPU; set device to cpu")
    filters, biases = whitening_filters(examples.images)
    state = network.initial(len(filters), recipe.widths, len(examples.weight), rng)
    state |= {f"momentum.{name}": np.zeros_like(each) for name, each in state.items()}
    for name, width in network.layers(recipe.widths):
        state[f"norm.{name}"] = np.stack([np.zeros(width), np.ones(width)]).astype(np.float32)
    state |= {"whitening": filters, "whitening_bias": biases}
    seed = int(rng.integers(2**63 - 1))
    chunk, weights = next(minibatches(examples, seed, 0))[0](), tensors(state, recipe.device)

    def gradients(precision: str) -> Tensors:
        return gradients_of(chunk, narrowed(weights, precision)).gradients

    chosen, why = precision.choose(gradients, recipe.device)
    figures = {"seed": np.array(seed), "epoch": np.array(0), "curve": np.zeros((0, 2))}
    said = np.array([why] if why else [], np.str_)
    return {**state, **figures, "precision": np.array(chosen), "said": said}


def epochs(state: State, examples: Examples, recipe: Recipe, threads: int) -> Iterator[State]:
    """Train from a state on, and yield the state after each epoch that is left.

    In it, curve, float64 (epochs, 2), has the mean loss and the accuracy on training images as
    they came up. Ends early where the loss is not finite.
    """
    n = len(examples.labels)
    total, n_steps = recipe.n_epochs(n), steps_an_epoch(n)
    weights, chosen = tensors(state, recipe.device), str(state["precision"])
    with ThreadPoolExecutor(threads) as pool:
        for epoch in range(int(state["epoch"]), total):
            sums = np.zeros(2)
            for i, chunks in enumerate(minibatches(examples, int(state["seed"]), epoch)):
                done = (epoch * n_steps + i) / (total * n_steps)
                rate = recipe.learning_rate * pace(done) * -(-n // n_steps) / LARGEST
                sums += step(weights, chunks, chosen, rate, pool.map)
            curve = np.concatenate([state["curve"], sums[None] / n])
            state = {**state, **arrays(weights), "epoch": np.array(epoch + 1), "curve": curve}
            yield state
            if not np.isfinite(sums[0]):
                return


def minibatches(
    examples: Examples, seed: int, epoch: int
) -> Iterator[list[Callable[[], Examples]]]:
    """An epoch's minibatches, each a list of functions that give a chunk of it, augmented."""
    n, rng = len(examples.labels), np.random.default_rng([seed, epoch])
    mirror = mirrored(n, epoch, np.random.default_rng(seed))
    shift = shifts(n, rng)
    for index in np.array_split(rng.permutation(n), steps_an_epoch(n)):
        yield [partial(augmented_examples, examples, part, mirror, shift) for part in cut(index)]


def augmented_examples(
    examples: Examples, index: np.ndarray, mirror: np.ndarray, shift: np.ndarray
) -> Examples:
    """The examples at an index, augmented; mirror, shift: those of all examples."""
    images = augmented(examples.images[index], mirror[index], shift[index])
    return Examples(images, examples.labels[index], examples.weight)


def fitted(state: State) -> State:
    """What of a state is needed after training, with loss and accuracy, float64 (epochs,)."""
    going_on = ("seed", "epoch", "curve")
    left = {k: v for k, v in state.items() if kind_of(k) != "momentum" and k not in going_on}
    return left | {"loss": state["curve"][:, 0], "accuracy": state["curve"][:, 1]}
