"""Draw parts of images: about a share of every class, and no group torn apart."""

import numpy as np

from features.errors import BadInput
from pipeline.images.spanning import NoDrawError, draw_spanning

Wanted = list[tuple[int, float]]  # parts to draw, in this order, and the share of each

TRIES = 10  # to draw all parts of groups that span classes


def draw_groups(
    part: np.ndarray,
    label: np.ndarray,
    group: np.ndarray,
    free: np.ndarray,
    wanted: Wanted,
    names: list[str],
    rng: np.random.Generator,
) -> None:
    """Put some of the images `free` into the wanted parts: change `part`, int8 (n,), in place.

    label: int (n,). free: positions of images. group: int, the group of each of them. Where no
    group has images of several classes, each class is drawn from by itself.
    """
    pairs = np.unique(np.stack([group, label[free]]), axis=1)
    check_enough(pairs[1], wanted, names)
    if pairs.shape[1] > len(np.unique(group)):
        part[free] = draw_all_spanning(label[free], group, part[free], wanted, names, rng)
        return
    for number in range(len(names)):
        mine = label[free] == number
        members, sizes = shuffled_groups(group[mine], free[mine], rng)
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
                f"class {name}: {n} images (of a group, and of copies, one counts) are fewer than "
                f"the {needed} needed to draw parts from: add images or remove the class"
            )


def shuffled_groups(
    group: np.ndarray, members: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sort the members (positions of images) by group, with the groups in random order.

    group: that of each member. Returns the sorted members, and the size of each group in that
    order.
    """
    by_group = np.argsort(group, kind="stable")
    _, starts, sizes = np.unique(group[by_group], return_index=True, return_counts=True)
    order = rng.permutation(len(starts))
    starts, sizes = starts[order], sizes[order]
    within = np.arange(len(by_group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return members[by_group[np.repeat(starts, sizes) + within]], sizes


def groups_to_draw(sizes: np.ndarray, fraction: float, keep: int) -> int:
    """How many groups to draw, from the first on, to come nearest to `fraction` of all images.

    At least one group is drawn, and at least `keep` groups remain. The number of images is off by
    half of a group at most, more only where one of these rules demands it.
    """
    drawn = np.cumsum(sizes)
    nearest = int(np.argmin(np.abs(drawn - fraction * drawn[-1]))) + 1
    return min(nearest, len(sizes) - keep)


def draw_all_spanning(
    label: np.ndarray,
    group: np.ndarray,
    part: np.ndarray,
    wanted: Wanted,
    names: list[str],
    rng: np.random.Generator,
) -> np.ndarray:
    """The part of each image, drawn one after the other from groups that span classes.

    A first part may leave groups from which a second one cannot be drawn: then all begins anew.
    """
    for _ in range(TRIES):
        found, left = part.copy(), np.arange(len(label))
        try:
            for position, (number, fraction) in enumerate(wanted):
                keep = len(wanted) - position
                drawn = draw_spanning(label[left], group[left], fraction, keep, rng)
                found[left[drawn]] = number
                left = left[~drawn]
            return found
        except NoDrawError as failure:
            lacking = names[failure.label]
    raise BadInput(
        f"class {lacking}: no whole groups can be drawn such that each part has images of it, for "
        "groups have images of several classes: give more groups, or a split of your own"
    )
