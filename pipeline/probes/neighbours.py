"""The nearest neighbours of images among others, by any numbers that describe them."""

from collections.abc import Callable, Iterator

import numpy as np

from features.parallel import Map, slices
from pipeline.runtime.progress import progress

WIDTH = 256  # columns that rows are projected on, where they have more
SAMPLE = 1024  # rows that the mean is taken of
ROWS = 1024  # rows that are projected at once
PRODUCTS = 2**23  # products of rows in memory at once


def directions(
    take: Callable[[np.ndarray], np.ndarray],
    index: np.ndarray,
    rng: np.random.Generator,
    map_: Map,
) -> np.ndarray:
    """Rows at an increasing index (m,), with their mean taken off, as directions: float32
    (m, WIDTH) of length 1, or of fewer columns where rows have fewer.

    take: gives the rows of an index, float32 (m, d). Rows of more columns are projected at random,
    which keeps distances within some percent (Johnson and Lindenstrauss, 1984).
    """
    mean = take(index[:SAMPLE]).mean(axis=0)
    d = len(mean)
    turn = rng.standard_normal((d, WIDTH), dtype=np.float32) if d > WIDTH else None
    found = np.empty((len(index), min(WIDTH, d)), np.float32)

    def project(some: slice) -> None:
        rows = take(index[some])
        rows -= mean
        if turn is not None:
            rows = rows @ turn
        length = np.sqrt(np.einsum("md,md->m", rows, rows))[:, None]
        found[some] = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)

    parts = slices(len(index), ROWS)
    list(progress(map_(project, parts), len(parts), "audit: projecting, in parts"))
    return found


def nearest(queries: np.ndarray, others: np.ndarray, k: int, map_: Map) -> Iterator[np.ndarray]:
    """The k nearest others of each query, or all where there are fewer: slices of int (m, k).

    queries, others: directions, float32 (n, d) and (N, d). Slices come in order.
    """
    k = min(k, len(others))

    def search(some: slice) -> np.ndarray:
        products = queries[some] @ others.T
        if k == len(others):
            return np.argsort(-products, axis=1, kind="stable")
        return np.argpartition(-products, k - 1, axis=1)[:, :k]

    yield from map_(search, slices(len(queries), max(1, PRODUCTS // len(others))))
