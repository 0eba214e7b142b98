"""What a bag of words sees: which words of its codebook occur in an image, as patches."""

import numpy as np

from pipeline.lecture import weights_bag_of_words
from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey
from pipeline.report.glimpse import Picture, mosaic

DRAWER = weights_bag_of_words

WORDS = 16  # of an image
WANTED = 8  # of a class, and as many unwanted
ACROSS = 4


def seen(values: np.ndarray, image: np.ndarray, block: Block) -> Picture:
    """The words that count most, the first first."""
    counts = DRAWER.gather(values[:, None].astype(float), block)[:, 0]
    return mosaic(patches(block)[np.argsort(-counts, kind="stable")[:WORDS]], ACROSS)


def wanted(weights: np.ndarray, block: Block) -> Picture:
    """The most wanted words, two rows of them, and below the least wanted, as many."""
    order = np.argsort(-weights, kind="stable")
    return mosaic(patches(block)[[*order[:WANTED], *order[::-1][:WANTED]]], ACROSS)


def patches(block: Block) -> np.ndarray:
    return around_grey(DRAWER.pixels(block))
