"""The source `photos`: ten classes of crops, from ten pictures that come with scikit-image."""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.runtime.randomness import generator
from pipeline.sources.source import Encoded, Options, Record, Source, file_sha256, named_sha256

PICTURES = {
    "astronaut": "astronaut.png",
    "brick": "brick.png",
    "chelsea": "chelsea.png",
    "coffee": "coffee.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "hubble_deep_field": "hubble_deep_field.jpg",
    "immunohistochemistry": "ihc.png",
    "retina": "retina.jpg",
    "rocket": "rocket.jpg",
}
TILE = 64  # side in pixels; a crop lies in one tile: crops of two tiles share no pixel
CROP = 32  # side in pixels
CROPS_PER_CLASS = 1000


NAMES = ("photos",)
OPTIONS = ()


def recognises(data: str) -> bool:
    return data in NAMES


def fingerprint(data: str, verify: bool) -> str:
    return ""  # the pictures come with a package, so they do not change between runs


def open(data: str, options: Options) -> Source:
    """1,000 crops of 32 x 32 pixels of each picture, spread evenly over its tiles of 64 x 64.

    The crops of one tile are a group: they always go to the same part. Each crop is turned by a
    random number of quarter turns, and mirrored or not at random. Raises BadInput where the
    installed scikit-image lacks a picture.
    """
    classes, seed = sorted(PICTURES), options.seed
    files, groups = [], []
    crops = np.concatenate([draw_crops(name, seed) for name in classes])
    first_group = 0
    for name, drawn in zip(classes, np.split(crops, len(classes)), strict=True):
        tiles = drawn[:, 0]
        files += [f"{name}/tile_{tile:03d}/{k:04d}" for k, tile in enumerate(tiles)]
        groups += (first_group + tiles).tolist()
        first_group += count_tiles(picture(name))

    def records(order: np.ndarray) -> Iterator[Record]:
        for position in order.tolist():
            yield Record(files[position], position // CROPS_PER_CLASS, "", groups[position])

    def images(order: np.ndarray) -> Iterator[tuple[int, str, Encoded]]:
        for i, position in enumerate(order.tolist()):
            crop = cut(picture(classes[position // CROPS_PER_CLASS]), *crops[position])
            yield i, files[position], crop

    return Source(
        n=len(files),
        classes=classes,
        records=records,
        images=images,
        sha256=pictures_sha256,
    )


def draw_crops(name: str, seed: int) -> np.ndarray:
    """Draw the crops of the picture `name`, int64 (1000, 5).

    The five numbers of a crop: tile, row and col within the tile, quarter turns (0..3), mirrored
    (0 or 1). No tile is drawn more than once oftener than another.
    """
    rng = generator(seed, f"photos: crops of {name}")
    n_tiles = count_tiles(picture(name))
    tiles = np.resize(rng.permutation(n_tiles), CROPS_PER_CLASS)
    corners = rng.integers(0, TILE - CROP, size=(CROPS_PER_CLASS, 2), endpoint=True)
    turns = rng.integers(0, 4, size=CROPS_PER_CLASS)
    mirrored = rng.integers(0, 2, size=CROPS_PER_CLASS)
    return np.column_stack([tiles, corners, turns, mirrored])


def count_tiles(pixels: np.ndarray) -> int:
    """How many tiles lie wholly in the picture; they are numbered row by row."""
    return (pixels.shape[0] // TILE) * (pixels.shape[1] // TILE)


def cut(
    pixels: np.ndarray, tile: int, row: int, col: int, turns: int, mirrored: int
) -> np.ndarray:
    """Cut one crop out of a picture, uint8 (32, 32, 3); its numbers are as in `draw_crops`."""
    tile_row, tile_col = divmod(tile, pixels.shape[1] // TILE)
    top, left = TILE * tile_row + row, TILE * tile_col + col
    crop = pixels[top : top + CROP, left : left + CROP]
    crop = np.rot90(crop, turns)
    return np.ascontiguousarray(crop[:, ::-1] if mirrored else crop)


@cache
def picture(name: str) -> np.ndarray:
    """The picture `name` in RGB, uint8 (rows, cols, 3)."""
    from PIL import Image  # slow to import, and not needed where nothing is computed

    with Image.open(picture_file(name)) as image:
        return np.asarray(image.convert("RGB"))


def picture_file(name: str) -> Path:
    # Read from the package's folder: skimage.data might use the network, and importing it takes
    # longer than all the cropping.
    package = find_spec("skimage")
    folder = Path(str(package.origin if package else "")).parent / "data"
    file = folder / PICTURES[name]
    if not file.is_file():
        raise BadInput(f"data photos: {file} is missing: install scikit-image 0.20 or later anew")
    return file


def pictures_sha256() -> str:
    """The digest of the names and contents of the ten files; it does not depend on the seed."""
    digests = {PICTURES[name]: file_sha256(picture_file(name)) for name in PICTURES}
    return named_sha256(sorted(digests.items()))
