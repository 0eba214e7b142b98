"""Find images that are nearly the same as an image of another part."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from features.parallel import Map, mapping, slices
from pipeline.blocks.matrix import Representation
from pipeline.images.parts import TEST, TRAIN, VALIDATION, members
from pipeline.probes.likeness import likeness, limit, plain, thumbnails
from pipeline.probes.neighbours import directions, nearest
from pipeline.runtime import stage
from pipeline.runtime.progress import progress
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import ArrayFile, write_arrays

NEIGHBOURS = 5  # of each image, by either description, which are looked at pixel by pixel
SAMPLE = 512  # training images, at most, of which duplicates are made to learn the limit from
BYTES = 2**26  # of pixels that are compared at once
AT_ONCE = 256  # images that are, at most


def near_duplicates(
    images: Path, representation: Representation, seed: int, threads: int, found: Path
) -> int:
    """Write the pairs of a test or validation image and one that was there before it.

    For a test image these are training and validation images, for a validation image training
    images. images: the file of all images. representation: the one block whose columns, beside
    tiny copies of the images, say which are neighbours; its first view counts. found: the file to
    write: `image` and `other`, their rows among all images, int (k,); `score`, how alike they are,
    float64 (k,); `plain`, whether the image is nearly plain, bool (k,); and `limit`, from which on
    two count as near duplicates. Each image is there once at most, with the one that is most like
    it.
    """
    pixels, part = ArrayFile(images), representation.part()
    by_part = {number: members(part, number) for number in (TRAIN, VALIDATION, TEST)}
    sample = rows_at(pixels, by_part[TRAIN][: min(SAMPLE, 2 * at_once(pixels))])
    pairs: list[tuple[np.ndarray, ...]] = []
    with mapping(threads) as map_:
        every = np.sort(np.concatenate(list(by_part.values())))
        rng, X = generator(seed, "audit: projection"), representation.matrix(1)
        described = [
            directions(take, every, rng, map_) for take in (X.take, partial(tiny, pixels))
        ]
        places = {number: np.searchsorted(every, of) for number, of in by_part.items()}
        before = places[TRAIN]
        for number, name in ((VALIDATION, "validation"), (TEST, "test")):
            found_by = [search(each, places[number], before, map_, name) for each in described]
            neighbours = np.concatenate(found_by, axis=1)
            pairs += looked_at(pixels, every, places[number], neighbours, map_, name)
            before = np.sort(np.concatenate([before, places[number]]))
    least = limit(sample)
    image, other, score = (np.concatenate(column) for column in zip(*pairs, strict=True))
    alike = score >= least
    kept = {"image": image[alike], "other": other[alike], "score": score[alike]}
    flat = [plain(pixels.read(i, i + 1))[0] for i in kept["image"].tolist()]
    write_arrays(found, {**kept, "plain": np.array(flat, bool), "limit": np.array(least)})
    return len(part)


def at_once(pixels: ArrayFile) -> int:
    """How many images may be in memory."""
    return max(1, min(AT_ONCE, BYTES // pixels.row_size))


def tiny(pixels: ArrayFile, index: np.ndarray) -> np.ndarray:
    """The thumbnails of the images at an index (m,)."""
    parts = slices(len(index), at_once(pixels))
    return np.concatenate([thumbnails(rows_at(pixels, index[some])) for some in parts])


def rows_at(pixels: ArrayFile, index: np.ndarray) -> np.ndarray:
    """The images at any index (m,), uint8 (m, rows, cols, 3)."""
    return np.concatenate([pixels.read(i, i + 1) for i in index.tolist()])


def search(
    turned: np.ndarray, queries: np.ndarray, before: np.ndarray, map_: Map, name: str
) -> np.ndarray:
    """The places of the neighbours, among those before, of each query: int (n, k)."""
    others = turned[before]
    slowly = nearest(turned[queries], others, NEIGHBOURS, map_)
    told = progress(slowly, len(queries), f"audit: neighbours of {name} images", len)
    return np.concatenate([before[some] for some in told])


def looked_at(
    pixels: ArrayFile,
    every: np.ndarray,
    queries: np.ndarray,
    neighbours: np.ndarray,
    map_: Map,
    name: str,
) -> Iterator[tuple[np.ndarray, ...]]:
    """Image, other and score of each query and the neighbour that is most like it, in slices.

    every: the rows among all images that places stand for. neighbours: int (n, k), places.
    """

    def compare(some: slice) -> tuple[np.ndarray, ...]:
        mine, others = every[queries[some]], every[neighbours[some]]
        these, k = rows_at(pixels, mine), others.shape[1]
        score = np.stack([likeness(these, rows_at(pixels, others[:, i])) for i in range(k)], 1)
        # Of equal ones, the first in the order of the images, whatever the search's order.
        best = np.lexsort((others, -score), axis=1)[:, :1]
        return mine, *(np.take_along_axis(each, best, 1)[:, 0] for each in (others, score))

    slowly = map_(compare, slices(len(queries), at_once(pixels)))
    what = f"audit: pixels of {name} images"
    yield from progress(slowly, len(queries), what, lambda columns: len(columns[0]))


if __name__ == "__main__":
    stage.main(near_duplicates)
