"""Archives of JPEG images to measure with: of the images of any data set, repeated with noise."""

import io
import sys
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import numpy as np
from PIL import Image

from pipeline.images.decoding import Frame, decode
from pipeline.sources.registry import open_source
from pipeline.sources.source import Options

NOISE = 4  # standard deviation, of 0..255
TEST = 6  # one image in so many is for testing, as in CIFAR-10


def named() -> str:
    """The data set that the command line names, as a config would; `photos` if none."""
    return sys.argv[1] if len(sys.argv) > 1 else "photos"


class ImageSet(NamedTuple):
    images: np.ndarray  # uint8 (n, rows, cols, 3)
    classes: np.ndarray  # the name of each one's class
    splits: np.ndarray  # "train", "test" or ""


def read(data: str) -> ImageSet:
    source = open_source(data, Options())
    everything = np.arange(source.n)
    found = source.images(everything)
    order, pixels = zip(
        *((i, decode(image, Frame()).pixels) for i, _, image in found), strict=True
    )
    records = list(source.records(everything[list(order)]))
    classes = np.array([source.classes[record.label] for record in records])
    return ImageSet(np.stack(pixels), classes, np.array([record.split for record in records]))


def write_zip(path: Path, repeated: ImageSet, n: int) -> None:
    """n JPEG files: the images in random order, over and over, each time with fresh noise."""
    rng = np.random.default_rng(0)
    images, classes, _ = repeated
    order = rng.permutation(len(images))
    with ZipFile(path, "w") as archive:
        for i in range(n):
            position = order[i % len(order)]
            noise = rng.normal(scale=NOISE, size=images.shape[1:])
            pixels = (images[position] + noise).clip(0, 255).astype(np.uint8)
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "jpeg", quality=75)
            part = "train" if i % TEST else "test"
            archive.writestr(f"{part}/{classes[position]}/{i:06d}.jpg", buffer.getvalue())
