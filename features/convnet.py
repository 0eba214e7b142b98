"""A convolutional network, trained on labelled images: what its last layer is given.

Source: Jordan, 94% on CIFAR-10 in 3.29 Seconds on a Single GPU, 2024. Features that one task has
taught, for another classifier: Donahue et al., DeCAF, 2014.
"""

import numpy as np

from features.errors import BadInput

State = dict[str, np.ndarray]

IMAGES = 4096  # read at once
SAVED = 20  # times that training is saved on its way, at most


def fit(
    images: np.ndarray,
    labels: np.ndarray,
    rng: np.random.Generator,
    threads: int,
    *,
    epochs: int,
    steps: int,
    learning_rate: float,
    widths: list[int],
    device: str,
    checkpoint,
) -> State:
    """Train the network; `convolutions.training.Recipe` says what the settings are.

    images: uint8 (n, rows, cols, 3), or an object that gives slices of them. labels: int (n,).
    checkpoint: see `features`. Returns the state for `encode`, with loss and accuracy, float64
    (epochs,), on training images as they came up, precision, and said, where that is not bfloat16.
    Raises BadInput: images of less than four pixels across, training that diverges.
    """
    from features.convolutions import training

    check_size(*images.shape[1:3])
    every = np.concatenate([images[i : i + IMAGES] for i in range(0, len(labels), IMAGES)])
    weight = np.ones(int(labels.max()) + 1, np.float32)
    examples = training.Examples(every, labels, weight)
    recipe = training.Recipe(epochs, steps, learning_rate, widths, device)
    state = checkpoint.load() or training.start(examples, recipe, rng)
    total, done = recipe.n_epochs(len(labels)), int(state["epoch"])
    left = training.epochs(state, examples, recipe, threads)
    for reached in checkpoint.progress(left, total - done, "convnet, epochs"):
        state = reached
        if state["epoch"] % -(-total // SAVED) == 0:
            checkpoint.save(state)
    if not np.isfinite(state["curve"]).all():
        raise BadInput(f"convnet: learning_rate {learning_rate} diverges; lower it")
    return training.fitted(state)


def encode(images: np.ndarray, state: State) -> np.ndarray:
    """What the last layer is given, float32 (n, widths[-1]), for images uint8 (n, rows, cols, 3).

    It has no sign, and its scale is that of batch norm. An image's features are the same whatever
    images are beside it.
    """
    from features.convolutions import evaluation

    return evaluation.features(images, state)


def check_size(rows: int, cols: int) -> None:
    """Raise BadInput for images that are too small."""
    if min(rows, cols) < 4:
        raise BadInput(f"convnet: images have {rows}x{cols} pixels; use 4x4 or larger ones")
