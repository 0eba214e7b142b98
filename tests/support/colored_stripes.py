"""Images of four classes, red or green, with stripes that lie or stand, of random phase.

A colour histogram tells red from green and is blind to the stripes' direction; HOG is blind to
colour and tells the direction; only both together tell all four apart.
"""

from pathlib import Path

import numpy as np
from PIL import Image

COLORS, DIRECTIONS = ("green", "red"), ("lying", "standing")
CLASSES = [f"{color}_{direction}" for color in COLORS for direction in DIRECTIONS]


def stripes(color: str, direction: str, rng: np.random.Generator) -> np.ndarray:
    """uint8 (16, 16, 3): two waves of one channel, and noise."""
    wave = 127 + 80 * np.sin(2 * np.pi * (np.arange(16) / 8 + rng.random()))
    image = rng.integers(0, 30, (16, 16, 3))
    channel = {"red": 0, "green": 1}[color]
    image[..., channel] += wave.astype(int)[:, None]
    return (image if direction == "lying" else image.transpose(1, 0, 2)).astype(np.uint8)


def write(folder: Path, n_per_class: int) -> Path:
    """An image folder, <class>/<number>.png."""
    rng = np.random.default_rng(0)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number in range(n_per_class):
            image = stripes(*name.split("_"), rng)
            Image.fromarray(image).save(folder / name / f"{number}.png")
    return folder
