"""What a convolutional network looks for first: the filters of its first layer."""

import numpy as np

from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey

WHAT = "filters"


def pictures(block: Block) -> np.ndarray:
    """Each filter, colours of 0..1 around grey: (n_filters, rows, cols, 3)."""
    return around_grey(block.state["filters"].astype(np.float64))
