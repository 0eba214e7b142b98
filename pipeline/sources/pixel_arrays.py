"""Images that lie in arrays, all of them in memory, as a source."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.sources import file_set
from pipeline.sources.label_values import classes_of, flat
from pipeline.sources.said_splits import split_notes
from pipeline.sources.source import Encoded, Record, Source


class Part(NamedTuple):
    """Images of one array.

    name: stands before the number of an image in its name. pixels: uint8 (n, rows, cols, 3), or
    grey (n, rows, cols), in any order in memory. labels: n numbers or names. split: what the
    images are for, one of SPLITS, for all of them or for each.
    """

    name: str
    pixels: np.ndarray
    labels: np.ndarray
    split: str | Sequence[str] = ""


def source_of(
    where: str,
    parts: Sequence[Part],
    sha256: Callable[[], str],
    names: Sequence[str] | None = None,
    from_one: bool = False,
    said: Sequence[str] = (),
    passed: dict[str, tuple[int, str]] | None = None,
) -> Source:
    """The images of all parts, one after the other. where: the data, for messages.

    names, from_one: see `classes_of`. Where all images are for one split, they are for none: it
    is drawn. Raises BadInput where there is no image, and for labels that do not fit.
    """
    parts = [part for part in parts if len(part.pixels)]
    if not parts:
        raise BadInput(f"{where}: holds no image")
    arrays = [flat(f"{where}, {part.name}", part.labels, len(part.pixels)) for part in parts]
    classes, labels, notes = classes_of(where, arrays, names, from_one)
    splits = [split_names(part) for part in parts]
    if len({split for each in splits for split in each}) == 1:
        splits = [[""] * len(each) for each in splits]
    notes += split_notes(where, [(p.split, p.name) for p in parts if isinstance(p.split, str)])
    starts = np.cumsum([0] + [len(part.pixels) for part in parts])

    def places(order: np.ndarray) -> Iterator[tuple[int, int, int]]:
        """The position of each image, the number of its part, and its number there."""
        part_of = np.searchsorted(starts, order, side="right") - 1
        numbers = order - starts[part_of]
        return zip(order.tolist(), part_of.tolist(), numbers.tolist(), strict=True)

    def records(order: np.ndarray) -> Iterator[Record]:
        for position, k, i in places(order):
            yield Record(name_of(parts[k], i), int(labels[k][i]), splits[k][i], position)

    def images(order: np.ndarray) -> Iterator[tuple[int, str, Encoded]]:
        for row, (_, k, i) in enumerate(places(order)):
            yield row, name_of(parts[k], i), rgb(parts[k].pixels[i])

    n = int(starts[-1])
    return Source(n, classes, records, images, sha256, [*said, *notes], passed or {})


def name_of(part: Part, i: int) -> str:
    return f"{part.name}/{i:05d}"


def split_names(part: Part) -> Sequence[str]:
    return [part.split] * len(part.pixels) if isinstance(part.split, str) else part.split


def rgb(pixels: np.ndarray) -> np.ndarray:
    """An image of its own in memory, uint8 (rows, cols, 3); grey is spread over the channels."""
    if pixels.ndim == 2:
        return np.repeat(pixels[:, :, np.newaxis], 3, axis=2)
    return np.ascontiguousarray(pixels)


def check_size(where: str, parts: Sequence[Part]) -> None:
    """Raise BadInput for more than MAX_BYTES of pixels. To be called after each file is read."""
    if sum(part.pixels.nbytes for part in parts) > file_set.MAX_BYTES:
        raise file_set.too_large(where)


def checked(where: str, pixels: np.ndarray) -> np.ndarray:
    """Pixels as uint8 (n, rows, cols, 3) or (n, rows, cols).

    Raises BadInput for any other type or shape. Floats may be meant from 0 to 1, from -1 to 1 or
    from 0 to 255, and a picture of each of these looks right to somebody.
    """
    if pixels.dtype != np.uint8:
        raise BadInput(
            f"{where}: pixels are {pixels.dtype} and not uint8: save them as whole numbers from 0 "
            "to 255 of type uint8; of floats x from 0 to 1 these are round(255 x)"
        )
    if pixels.ndim == 4 and pixels.shape[3] == 1:
        pixels = pixels[..., 0]
    if 0 in pixels.shape[1:] or not (
        pixels.ndim == 3 or (pixels.ndim == 4 and pixels.shape[3] == 3)
    ):
        raise BadInput(
            f"{where}: has images of shape {pixels.shape}: bring them to (n, rows, cols) or "
            "(n, rows, cols, 3), with channels last and without transparency"
        )
    return pixels
