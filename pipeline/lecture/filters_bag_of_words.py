"""What a bag of words looks for: its words, as the patches that they stand for."""

import numpy as np

from pipeline.lecture import weights_bag_of_words
from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey


def pictures(block: Block) -> np.ndarray:
    """A patch for each word, colours of 0..1 around grey: (n_words, size, size, 3)."""
    return around_grey(weights_bag_of_words.pixels(block)[: len(block.state["words"])])
