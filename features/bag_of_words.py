"""Bag of words: what an image's patches say about the words of a codebook, region by region.

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

CELLS = 4  # across a region, where patches are shared out: as accurate as more


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

    images: uint8 (n, rows, cols, 3), or what gives them slice by slice. labels: not looked at.
    Without a contrast_offset patches keep their light and contrast (0-255 scale). Without
    whitening only the mean patch is taken off them. With a variance below 1 they are turned into
    the strongest directions, which hold that share of it. method, iterations: see `codebook.fit`.

    Returns what `encode` needs (neither contrast_offset nor whitening_matrix, (d, k), where there
    is none), and inertia and reseeded (iterations,) as `codebook.fit` does.
    Raises BadInput: a patch larger than an image, more words than patches, or than patches that
    are distinct where words are learned from them or drawn.
    """
    if words > patches:
        raise BadInput(
            f"words is {words}, but patches only {patches}; lower words or raise patches"
        )
    drawn = draw(images, patches, patch_size, rng)
    state, points = whiten(drawn, contrast_offset, whitening, variance)
    state["patch_size"] = np.array(patch_size)
    return state | codebook.fit(points, method, words, iterations, rng, threads)._asdict()


def whiten(
    patches: np.ndarray, contrast_offset: float | None, whitening: float | None, variance: float
) -> tuple[State, np.ndarray]:
    """Learn how patches float32 (n, d) are whitened, and do it: the state so far, and (n, k)."""
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
        patches = patches @ state["whitening_matrix"]
    return state, patches


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
    """Add up what every dense patch says about each word, in each region of a grid x grid.

    images: uint8 (n, rows, cols, 3). pooling: see `pooling_cells`. encoding, threshold,
    neighbours: see `encoding.choose`.
    Returns float32 (n, grid * grid * width), none below zero; width is the number of words, for
    soft_threshold twice that. For hard, the nearest words are counted, and each row sums to the
    number of patches. In the end each number is raised to `power`: below 1, so that a word that
    is there often does not drown those that are there once (0.5: the square root).

    Raises BadInput: a patch larger than an image, fewer patches across than the grid has regions,
    more neighbours than words.

    One image at a time: its matrix products, and so its last bits, depend on no other image.
    """
    patch_size = int(state["patch_size"])
    check_size(images, patch_size)
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
    """sums ** power, float32, in place; by square roots where they do, which are faster."""
    if power == 0.5:
        return np.sqrt(sums, out=sums)
    if power == 0.75:
        sums *= np.sqrt(sums)
        return np.sqrt(sums, out=sums)
    return sums if power == 1 else np.power(sums, np.float32(power), out=sums)


def whitened(image: np.ndarray, state: State, stride: int) -> np.ndarray:
    """Dense patches of an image, normalised and whitened as those that the state was learned from.

    Returns float32 (patch_rows, patch_cols, k + 1), k numbers and a last one that is 1.
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
    """Where patches are added up, and what of these sums is each region's.

    even      each patch belongs to one region
    bilinear  it belongs to the regions around it, to each the more the nearer to its centre, so
              that nothing jumps when an image moves by a pixel. Patches are added up in cells, a
              few across a region, and cells shared out. As descriptors of edges do it: Lowe,
              Distinctive Image Features from Scale-Invariant Keypoints, 2004

    Returns the cell of each patch position, int64 (patch_rows, patch_cols), and the share
    of each region in each cell, float32 (grid * grid, n_cells), None where cells are regions.
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
    """Of each of `grid` regions in each of so many cells, side by side, float32 (grid, cells)."""
    place = (np.arange(cells, dtype=np.float32) + 0.5) / cells * grid - 0.5
    inside = np.clip(place, 0, grid - 1)  # beyond the outermost centres there is one region
    return np.maximum(0, 1 - np.abs(inside - np.arange(grid)[:, None])).astype(np.float32)
