"""What raw pixels see: the image; what a class wants of them: a template."""

import numpy as np

from pipeline.lecture import weights_raw_pixels
from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey
from pipeline.report.glimpse import Picture, colors

DRAWER = weights_raw_pixels


def seen(values: np.ndarray, image: np.ndarray, block: Block) -> Picture:
    return colors(image / 255)


def wanted(weights: np.ndarray, block: Block) -> Picture:
    return colors(around_grey(weights.reshape(*block.shape, 3)))
