"""Fit a feature's state (a codebook) on the training images, and on no others."""

from importlib import import_module
from pathlib import Path

from pipeline import stage
from pipeline.image_set import TRAIN
from pipeline.randomness import generator
from pipeline.store import read_array, write_arrays


def fit(
    images: Path, parts: Path, feature: str, settings: dict, seed: int, threads: int, state: Path
) -> int:
    """Write what the feature's `encode` needs."""
    training = read_array(images, mmap=True)[read_array(parts) == TRAIN]
    rng = generator(seed, f"fit {feature}")
    write_arrays(
        state, import_module(f"features.{feature}").fit(training, rng, threads, **settings)
    )
    return len(training)


if __name__ == "__main__":
    stage.main(fit)
