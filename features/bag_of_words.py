"""Bag of words: how strongly each word of a codebook occurs in each region of an image.

A patch is a small square of an image. A word is a vector that stands for patches similar to it,
and a codebook is a list of words. `fit` makes the codebook from patches of training images.
`encode` compares all patches of an image with every word, and pools the results: it adds them up
over the regions of a grid.

Source: Coates, Lee, Ng, An Analysis of Single-Layer Networks in Unsupervised Feature Learning,
2011; Csurka et al., Visual Categorization with Bags of Keypoints, 2004.
"""

import numpy as np

from features.errors import BadInput
from features.words import codebook
from features.words.encoding import choose
from features.words.patches import check_size, dense, draw, normalize_contrast, positions
from features.words.whitening import fit_pca, fit_zca

State = dict[str, np.ndarray]

CELLS = 4  # cells across a region in bilinear pooling: more of them are not more accurate


def fit(
    images: np.ndarray,
    labels: np.ndarray,
    rng: np.random.Generator,
    threads: int,
    *,
    words: int,
    patch_size: int,
    patches: int,
    contrast_offset: float | None,
    whitening: float | None,
    variance: float = 1,
    method: str = "kmeans",
    iterations: int | None = None,
) -> State:
    """Learn the whitening and the codebook from patches of training images.

    images: uint8 (n, rows, cols, 3), or an object that gives slices of them. labels: not used.
    patch_size: the side of a patch in pixels. patches: how many are drawn. contrast_offset: see
    `normalize_contrast`; None: patches keep their brightness and contrast. whitening: the epsilon
    of `fit_zca`; None: only the mean patch is subtracted. variance: below 1, patches are projected
    onto their strongest directions, which hold this share of the variance. method, iterations: see
    `codebook.fit`.

    Returns the state for `encode`, in which contrast_offset and whitening_matrix, (d, k), are
    missing where they are not used; inertia and reseeded, (iterations,), see `Codebook`; and said,
    sentences for the user: where fewer patches are distinct than words were asked for, there are
    as many words as those, for all methods but random.
    Raises BadInput: a patch larger than an image; more words than patches.
    """
    if words > patches:
        raise BadInput(
            f"words is {words}, but patches only {patches}; lower words or raise patches"
        )
    drawn = draw(images, patches, patch_size, rng)
    state, points = whiten(drawn, contrast_offset, whitening, variance)
    state["patch_size"] = np.array(patch_size)
    found = codebook.fit(points, method, words, iterations, rng, threads)
    state["said"] = np.array(codebook.shortage(found.words, words), np.str_)
    return state | found._asdict()


def whiten(
    patches: np.ndarray, contrast_offset: float | None, whitening: float | None, variance: float
) -> tuple[State, np.ndarray]:
    """Learn how to whiten patches, float32 (n, d), and whiten them; `patches` may be overwritten.

    Returns the entries of the state that describe this, and the whitened patches, float32 (n, k).
    """
    state: State = {}
    if contrast_offset is not None:
        state["contrast_offset"] = np.array(contrast_offset)
        patches = normalize_contrast(patches, contrast_offset)
    if variance < 1:
        state["whitening_mean"], state["whitening_matrix"] = fit_pca(patches, whitening, variance)
    elif whitening is not None:
        state["whitening_mean"], state["whitening_matrix"] = fit_zca(patches, whitening)
    else:
        state["whitening_mean"] = patches.mean(axis=0, dtype=np.float64).astype(np.float32)
    patches -= state["whitening_mean"]
    if "whitening_matrix" in state:
        patches = alike(patches, patches @ state["whitening_matrix"])
    return state, patches


def alike(patches: np.ndarray, whitened: np.ndarray) -> np.ndarray:
    """The whitened patches (n, k), in which patches (n, d) that were equal are equal again.

    On some processors the last bits of a row of a matrix product depend on its place.
    """
    first: dict[bytes, int] = {}
    rows = [first.setdefault(patch.tobytes(), i) for i, patch in enumerate(patches)]
    return whitened if len(first) == len(rows) else whitened[rows]


def encode(
    images: np.ndarray,
    state: State,
    *,
    stride: int,
    grid: int,
    power: float,
    pooling: str = "even",
    encoding: str = "hard",
    threshold: float | None = None,
    neighbours: int | None = None,
) -> np.ndarray:
    """Sum what the patches of an image say about each word, for each of grid x grid regions.

    images: uint8 (n, rows, cols, 3). stride: pixels between neighbouring patches. pooling: see
    `pooling_cells`. encoding, threshold, neighbours: see `encoding.choose`; more neighbours than
    words are all words.

    Returns float32 (n, grid * grid * width), none below zero. width is the number of words, and
    twice that for soft_threshold. With encoding hard, the sums count the patches nearest to each
    word, and add up to the number of patches in the image. Last, each sum is raised to `power`.
    A power below 1 (0.5: the square root) keeps frequent words from outweighing rare ones.
    Raises BadInput: a patch larger than an image, fewer patches than regions down or across, no
    threshold or neighbours where the encoding needs one.

    Each image is encoded alone: in a matrix product of several, the last bits of one image could
    depend on the others.
    """
    patch_size = int(state["patch_size"])
    check_size(images, patch_size)
    if neighbours is not None:
        neighbours = min(neighbours, len(state["words"]))
    encoder = choose(state["words"], encoding, threshold, neighbours)
    rows, cols = positions(images.shape[1], images.shape[2], patch_size, stride)
    cell, weights = pooling_cells(rows, cols, grid, pooling)
    every = np.zeros((len(images), grid * grid, encoder.width), np.float32)
    for pooled, image in zip(every, images, strict=True):
        points = whitened(image, state, stride).reshape(cell.size, -1)
        if weights is None:
            encoder.pool(points, cell.ravel(), pooled)
        else:
            sums = np.zeros((weights.shape[1], encoder.width), np.float32)
            encoder.pool(points, cell.ravel(), sums)
            np.matmul(weights, sums, out=pooled)
    return raised(every, power).reshape(len(images), -1)


def raised(sums: np.ndarray, power: float) -> np.ndarray:
    """Raise sums, float32, to `power` in place; 0.5 and 0.75 by square roots, which are faster."""
    if power == 0.5:
        return np.sqrt(sums, out=sums)
    if power == 0.75:
        sums *= np.sqrt(sums)
        return np.sqrt(sums, out=sums)
    return sums if power == 1 else np.power(sums, np.float32(power), out=sums)


def whitened(image: np.ndarray, state: State, stride: int) -> np.ndarray:
    """Cut an image into its patches, and normalise and whiten them as `fit` did.

    Returns float32 (patch_rows, patch_cols, k + 1): k numbers for each patch, and then a 1, which
    `Encoder.pool` needs.
    """
    patches = dense(image, int(state["patch_size"]), stride)
    if "contrast_offset" in state:
        patches = normalize_contrast(patches, float(state["contrast_offset"]))
    patches -= state["whitening_mean"]
    rows, cols, d = patches.shape
    points = np.ones((rows * cols, state["words"].shape[1] + 1), np.float32)
    if "whitening_matrix" in state:
        np.matmul(patches.reshape(-1, d), state["whitening_matrix"], out=points[:, :-1])
    else:
        points[:, :-1] = patches.reshape(-1, d)
    return points.reshape(rows, cols, -1)


def pooling_cells(
    patch_rows: int, patch_cols: int, grid: int, pooling: str
) -> tuple[np.ndarray, np.ndarray | None]:
    """Assign patches to cells, over which they are summed, and cells to regions of the grid.

    even      each patch counts in one region: cells are regions
    bilinear  each patch counts in the regions around it, the more the nearer it is to their
              centres, so that sums change little when an image moves by a pixel. To save time,
              patches are summed in cells smaller than a region, and each cell is shared between
              regions as a whole. Source, for edges instead of words: Lowe, Distinctive Image
              Features from Scale-Invariant Keypoints, 2004

    Returns the cell of each patch position, int64 (patch_rows, patch_cols), and the share of each
    cell that each region gets, float32 (grid * grid, n_cells), None where cells are regions.
    Raises BadInput: fewer patches than regions down or across.
    """
    if grid > min(patch_rows, patch_cols):
        raise BadInput(
            f"grid is {grid}, but an image has only {patch_rows}x{patch_cols} patches; "
            f"lower grid or stride"
        )
    across = grid if pooling == "even" else grid * CELLS
    rows, cols = min(across, patch_rows), min(across, patch_cols)
    row = np.arange(patch_rows) * rows // patch_rows
    col = np.arange(patch_cols) * cols // patch_cols
    cell = row[:, None] * cols + col
    if pooling == "even":
        return cell, None
    return cell, np.kron(shares(rows, grid), shares(cols, grid))


def shares(cells: int, grid: int) -> np.ndarray:
    """The share of each cell that each region gets, along one axis, float32 (grid, cells).

    A cell is shared linearly between the two nearest regions; its shares sum to 1.
    """
    place = (np.arange(cells, dtype=np.float32) + 0.5) / cells * grid - 0.5
    inside = np.clip(place, 0, grid - 1)  # a cell beyond the outermost centres has one region
    return np.maximum(0, 1 - np.abs(inside - np.arange(grid)[:, None])).astype(np.float32)
