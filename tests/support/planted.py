"""Crops of photographs in which duplicates and wrong labels are planted, and where they are."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from pipeline.probes.disturbances import compressed, rounded, shifted
from pipeline.sources.photos import PICTURES, cut, draw_crops, picture

CHANGES = {
    "exact": lambda images: images,
    "jpeg": lambda images: compressed(images, 90),
    "shifted": lambda images: shifted(images, 1),
    "brighter": lambda images: rounded(images * 1.1),
}


class Planted(NamedTuple):
    """copies: by the path of a test image, the path of the training image that it is made of, and
    how. flipped: by path, the class that an image with a wrong label is of.
    """

    copies: dict[str, tuple[str, str]]
    flipped: dict[str, str]


def write(folder: Path, n_train: int, n_test: int, n_copies: int, share: float) -> Planted:
    """An image folder, train/<class>/* and test/<class>/*, n of each class.

    Training and test images are cut from different tiles of the photographs. n_copies: test
    images, in all, that are made of training images in each way of CHANGES. share: of the labels,
    those that are flipped.
    """
    rng, names = np.random.default_rng(0), sorted(PICTURES)
    pixels: dict[str, np.ndarray] = {}
    for name in names:
        crops = draw_crops(name, 0)
        for split, side, n in (("train", 0, n_train), ("test", 1, n_test)):
            for k, crop in enumerate(crops[crops[:, 0] % 2 == side][:n]):
                pixels[f"{split}/{name}/{k:03}.png"] = cut(picture(name), *crop)
    train = [path for path in pixels if path.startswith("train")]
    test = [path for path in pixels if path.startswith("test")]
    copies = {}
    for how, change in CHANGES.items():
        for origin in rng.choice(train, n_copies, replace=False):
            mine = [p for p in test if p.split("/")[1] == origin.split("/")[1] and p not in copies]
            copies[mine[0]] = str(origin), how
            pixels[mine[0]] = change(pixels[origin][None])[0]
    known = {*copies, *(origin for origin, _ in copies.values())}
    free = [path for path in pixels if path not in known]
    flipped = {}
    for path in rng.choice(free, round(share * len(pixels)), replace=False):
        split, name, file = path.split("/")
        other = names[(names.index(name) + rng.integers(1, len(names))) % len(names)]
        place = f"{split}/{other}/flipped_{name}_{file}"
        flipped[place] = name
        pixels[place] = pixels.pop(path)
    for path, image in pixels.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / path)
    return Planted(copies, flipped)
