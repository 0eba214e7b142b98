"""How small pictures look, in numbers: whether one is an edge, and how much of it is colour."""

import numpy as np

ORIENTED = 0.5  # coherence from which on a picture counts as an oriented edge


def coherence(picture: np.ndarray) -> float:
    """How much the brightness of a picture (rows, cols, 3) changes in one direction only, 0 to 1.

    1 for a straight edge or stripes, 0 for a spot or an even picture: the difference of the
    structure tensor's eigenvalues over their sum. Source: Bigun and Granlund, Optimal Orientation
    Detection of Linear Symmetry, 1987.
    """
    if min(picture.shape[:2]) < 2:
        return 0.0
    down, across = np.gradient(picture.mean(axis=2))
    a, b, c = (down**2).sum(), (down * across).sum(), (across**2).sum()
    return float(np.hypot(a - c, 2 * b) / (a + c)) if a + c > 1e-12 else 0.0


def color_share(picture: np.ndarray) -> float:
    """The share of a picture's squared distance from its mean that is colour, not brightness."""
    differences = picture - picture.mean(axis=(0, 1, 2))
    whole = float(np.square(differences).sum())
    grey = 3 * float(np.square(differences.mean(axis=2)).sum())
    return round(max(0.0, 1 - grey / whole), 6) if whole > 1e-12 else 0.0


def smoothness(picture: np.ndarray) -> float:
    """The correlation of neighbouring pixels of a picture (rows, cols, k), -1 to 1; even: 0.

    Neighbours lie side by side or below each other; of each channel its mean is taken off first,
    as a colour all over is no shape. In noise they have nothing to do with each other, 0; in a
    smooth picture they are alike, 1.
    """
    picture = picture - picture.mean(axis=(0, 1))
    one = np.concatenate([picture[1:].ravel(), picture[:, 1:].ravel()])
    other = np.concatenate([picture[:-1].ravel(), picture[:, :-1].ravel()])
    if not (len(one) and one.std() > 0 and other.std() > 0):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
