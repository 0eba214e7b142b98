"""Divide images into folds: about as many of every class in each, and no group torn apart.

Each fold is the test part once, while the others are trained on (cross-validation).
"""

import numpy as np

from features.errors import BadInput
from pipeline.images.spanning import Groups

TRIES = 10  # to have images of every class in every fold, of groups that are large or span classes


def draw_folds(
    label: np.ndarray, group: np.ndarray, n_folds: int, names: list[str], rng: np.random.Generator
) -> np.ndarray:
    """The fold of each image, 1 to n_folds: int (n,). label, group: int (n,), of each image.

    Where each image is a group of its own, the numbers of a class in two folds differ by one at
    most; else by the largest of its groups, if no group has images of several classes. Raises
    BadInput for a class that cannot be in each fold and, for training and validation, with two
    groups outside of it.
    """
    _, inverse = np.unique(group, return_inverse=True)
    pairs = np.unique(np.stack([inverse, label]), axis=1)
    n_groups = np.bincount(pairs[1], minlength=len(names))
    check_enough(n_groups, n_folds, names)
    groups = Groups(label, inverse)
    for _ in range(TRIES):
        fold = spread(groups, n_folds, rng)
        inside = np.zeros((len(names), n_folds), int)
        np.add.at(inside, (pairs[1], fold[pairs[0]]), 1)
        lacking = ((inside < 1) | (n_groups[:, None] - inside < 2)).any(axis=1)
        if not lacking.any():
            return fold[inverse] + 1
    name = names[int(np.argmax(lacking))]
    raise BadInput(
        f"class {name}: whole groups cannot be divided such that each of {n_folds} folds has "
        "images of it, and leaves some: set another number of folds, or give more groups"
    )


def check_enough(n_groups: np.ndarray, n_folds: int, names: list[str]) -> None:
    """Raise BadInput for a class with fewer groups than all folds need: one each, two outside."""
    for name, n in zip(names, n_groups.tolist(), strict=True):
        if n < (4 if n_folds == 2 else n_folds):
            most = "" if n < 3 else "set folds to 3, " if n == 3 else f"set folds to {n} at most, "
            raise BadInput(
                f"class {name}: {n} images (of a group, and of copies, one counts) are too few "
                f"for {n_folds} folds: {most}add images or remove the class"
            )


def spread(groups: Groups, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """The fold of each group, from 0: int (n,).

    Groups come in random order, those that are the largest share of their classes first. Each
    goes to the fold that has the least of its classes so far; of equals, to the smallest fold.
    """
    members = [groups.of(i) for i in range(groups.n)]
    weight = [sum(step**2 for _, step in mine) for mine in members]
    order = rng.permutation(groups.n).tolist()
    order.sort(key=lambda i: (-weight[i], members[i][0][0]))
    shares = [[0.0] * len(groups.n_of_class) for _ in range(n_folds)]  # of each class
    sizes = [0] * n_folds
    fold = np.zeros(groups.n, int)
    for i in order:
        having = [sum(step * share[c] for c, step in members[i]) for share in shares]
        best = min(range(n_folds), key=lambda place: (having[place], sizes[place]))
        fold[i] = best
        sizes[best] += int(groups.sizes[i])
        for c, step in members[i]:
            shares[best][c] += step
    return fold
