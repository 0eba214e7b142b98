"""What HOG looks for: for each of its bins, an edge that it counts there."""

import numpy as np

from features import hog
from pipeline.lecture.block import Block

SIDE = 12  # pixels


def pictures(block: Block) -> np.ndarray:
    """An edge for each orientation bin, grey values of 0.1..0.9: float64 (m, SIDE, SIDE, 3).

    From dark to light along the direction in the middle of the bin; where directions are signed,
    those of a full circle.
    """
    bins, half_turns = block.settings["orientations"], hog.DIRECTIONS[block.settings["directions"]]
    angles = np.radians((np.arange(bins * max(half_turns)) + 0.5) * 180 / bins)[:, None, None]
    down, across = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    along = across * np.cos(angles) + down * np.sin(angles)
    return np.repeat((0.5 + 0.4 * np.tanh(along))[..., None], 3, axis=3)
