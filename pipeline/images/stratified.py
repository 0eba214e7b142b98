"""Draw parts of images: about a share of every class, and no group torn apart."""

import numpy as np

from features.errors import BadInput
from pipeline.images.parts import TRAIN

Wanted = list[tuple[int, float]]  # parts to draw, in this order, and the share of each


def draw_groups(
    part: np.ndarray,
    label: np.ndarray,
    group: np.ndarray,
    wanted: Wanted,
    names: list[str],
    rng: np.random.Generator,
) -> None:
    """Turn some of the training images in `part`, int8 (n,), into the wanted parts, in place.

    Where no group has images of several classes, each class is drawn from by itself.
    """
    free = np.flatnonzero(part == TRAIN)
    pairs = np.unique(np.stack([group[free], label[free]]), axis=1)
    check_enough(pairs[1], wanted, names)
    if pairs.shape[1] > len(np.unique(group[free])):
        for position, (number, fraction) in enumerate(wanted):
            left = len(wanted) - position
            part[
                draw_spanning(label, group, np.flatnonzero(part == TRAIN), fraction, left, rng)
            ] = number
        return
    for number in range(len(names)):
        members = free[label[free] == number]
        members, sizes = shuffled_groups(group, members, rng)
        for position, (drawn, fraction) in enumerate(wanted):
            n_groups = groups_to_draw(sizes, fraction, keep=len(wanted) - position)
            n = sizes[:n_groups].sum()
            part[members[:n]] = drawn
            members, sizes = members[n:], sizes[n_groups:]


def check_enough(classes_of_groups: np.ndarray, wanted: Wanted, names: list[str]) -> None:
    """Raise BadInput for a class with fewer groups than there are parts."""
    needed = 1 + len(wanted)
    found = np.bincount(classes_of_groups, minlength=len(names))
    for name, n in zip(names, found.tolist(), strict=True):
        if n < needed:
            raise BadInput(
                f"class {name}: {n} images (or groups of them) are fewer than the {needed} needed "
                "to draw parts from: add images or remove the class"
            )


def shuffled_groups(
    group: np.ndarray, members: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sort the members (positions of images) by group, with the groups in random order.

    Returns the sorted members, and the size of each group in that order.
    """
    by_group = members[np.argsort(group[members], kind="stable")]
    _, starts, sizes = np.unique(group[by_group], return_index=True, return_counts=True)
    order = rng.permutation(len(starts))
    starts, sizes = starts[order], sizes[order]
    within = np.arange(len(by_group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return by_group[np.repeat(starts, sizes) + within], sizes


def groups_to_draw(sizes: np.ndarray, fraction: float, keep: int) -> int:
    """How many groups to draw, from the first on, to come nearest to `fraction` of all images.

    At least one group is drawn, and at least `keep` groups remain. The number of images is off by
    half of a group at most, more only where one of these rules demands it.
    """
    drawn = np.cumsum(sizes)
    nearest = int(np.argmin(np.abs(drawn - fraction * drawn[-1]))) + 1
    return min(nearest, len(sizes) - keep)


def draw_spanning(
    label: np.ndarray,
    group: np.ndarray,
    free: np.ndarray,
    fraction: float,
    keep: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw groups that have images of several classes: about a fraction of every class.

    free: positions of images. Groups come one by one, those of few classes first, since they are
    hardest to make up for; each is drawn if that brings the shares of the classes nearer to the
    fraction. At least `keep` groups of each class remain. Returns the positions that are drawn.
    After scikit-learn's StratifiedGroupKFold.
    """
    _, inverse = np.unique(group[free], return_inverse=True)
    counts = np.zeros((inverse.max() + 1, label.max() + 1))
    np.add.at(counts, (inverse, label[free]), 1)
    total, left = counts.sum(axis=0), (counts > 0).sum(axis=0)
    present = total > 0
    drawn, share = np.zeros(len(counts), bool), np.zeros(present.sum())
    order = rng.permutation(len(counts))
    for i in order[np.argsort(-counts[order].std(axis=1), kind="stable")]:
        mine = counts[i]
        step = (mine / np.where(present, total, 1))[present]
        nearer = np.sum((share + step - fraction) ** 2) < np.sum((share - fraction) ** 2)
        if nearer and (left[mine > 0] > keep).all():
            drawn[i], share, left = True, share + step, left - (mine > 0)
    if not drawn.any():
        raise BadInput(
            "group: no group can be drawn without taking a class's last one: give more groups, or "
            "a split of your own"
        )
    return free[drawn[inverse]]
