"""Bag of words: an image as counts of the codebook's words among its patches, region by region.

Source: Coates, Lee, Ng, An Analysis of Single-Layer Networks in Unsupervised Feature Learning,
2011; Csurka et al., Visual Categorization with Bags of Keypoints, 2004.
"""

import numpy as np

from features import kmeans
from features.errors import BadInput
from features.patches import check_size, dense, draw, normalize_contrast
from features.whitening import fit_zca

State = dict[str, np.ndarray]


def fit(
    images: np.ndarray,
    rng: np.random.Generator,
    threads: int,
    *,
    words: int,
    patch_size: int,
    patches: int,
    iterations: int,
    contrast_offset: float,
    whitening: float,
) -> State:
    """Learn the whitening and the codebook from patches of training images.

    images: uint8 (n, rows, cols, 3), may be a memory map. Returns what `encode` needs, and
    inertia and reseeded (iterations,) as `kmeans.fit` does.
    Raises BadInput: a patch larger than an image, more words than patches.
    """
    if words > patches:
        raise BadInput(
            f"words is {words}, but patches only {patches}; lower words or raise patches"
        )
    drawn = normalize_contrast(draw(images, patches, patch_size, rng), contrast_offset)
    mean, matrix = fit_zca(drawn, whitening)
    codebook = kmeans.fit((drawn - mean) @ matrix, words, iterations, rng, threads)
    return {
        "patch_size": np.array(patch_size),
        "contrast_offset": np.array(contrast_offset),
        "whitening_mean": mean,
        "whitening_matrix": matrix,
        "words": codebook.words,
        "inertia": codebook.inertia,
        "reseeded": codebook.reseeded,
    }


def encode(
    images: np.ndarray, state: State, *, stride: int, grid: int, square_root: bool
) -> np.ndarray:
    """Count the nearest words of every dense patch in each region of a grid x grid.

    images: uint8 (n, rows, cols, 3). Returns float32 (n, grid * grid * n_words); each row sums to
    the number of patches of an image, unless `square_root` takes the root of each count, so that
    a word that is there often does not drown those that are there once. Raises BadInput: a patch
    larger than an image, or fewer patches across than the grid has regions.

    One image at a time: its matrix products, and so its last bits, depend on no other image.
    """
    check_size(images, int(state["patch_size"]))
    table = kmeans.score_table(state["words"])
    block = np.empty((len(images), grid * grid * table.shape[1]), np.float32)
    for row, image in zip(block, images, strict=True):
        patches = whitened(image, state, stride)
        region = pooling_regions(patches.shape[0], patches.shape[1], grid)
        word, _ = kmeans.nearest(kmeans.with_ones(patches.reshape(region.size, -1)), table)
        row[:] = np.bincount(region.ravel() * table.shape[1] + word, minlength=len(row))
    return np.sqrt(block, out=block) if square_root else block


def whitened(image: np.ndarray, state: State, stride: int) -> np.ndarray:
    """Dense patches of an image, normalised and whitened, float32 (patch_rows, patch_cols, d)."""
    patches = dense(image, int(state["patch_size"]), stride)
    patches = normalize_contrast(patches, float(state["contrast_offset"]))
    return (patches - state["whitening_mean"]) @ state["whitening_matrix"]


def pooling_regions(patch_rows: int, patch_cols: int, grid: int) -> np.ndarray:
    """The region (row by row, 0..grid^2 - 1) that each patch position belongs to."""
    if grid > min(patch_rows, patch_cols):
        raise BadInput(
            f"grid is {grid}, but an image has only {patch_rows}x{patch_cols} patches; "
            f"lower grid or stride"
        )
    row = np.arange(patch_rows) * grid // patch_rows
    col = np.arange(patch_cols) * grid // patch_cols
    return row[:, None] * grid + col
