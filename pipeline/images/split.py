"""Assign each image to a part: train, validation or test."""

from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.images.labels import Labels, read_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import read_json, write_array


def split(
    labels: Path,
    classes: Path,
    seed: int,
    test_fraction: float,
    validation_fraction: float,
    parts: Path,
) -> int:
    """Write the part of each image, int8 (n,): 0 train, 1 validation, 2 test.

    The test images of the source are kept where it has any; otherwise `test_fraction` of every
    class is drawn. Then `validation_fraction` of what remains of every class is drawn. Images of
    one group are drawn together. Raises BadInput for a fraction that is not between 0 and 1, and
    where a class is too small to be in all three parts.
    """
    check_fraction("test_fraction", test_fraction)
    check_fraction("validation_fraction", validation_fraction)
    table = read_labels(labels)
    rng = generator(seed, "split")
    part = np.full(len(table.label), TRAIN, np.int8)
    given = table.is_test
    part[given] = TEST
    wanted = [(VALIDATION, validation_fraction, 1)]  # part, fraction, groups that must remain
    if not given.any():
        wanted.insert(0, (TEST, test_fraction, 2))
    for label, name in enumerate(read_json(classes)):
        members = np.flatnonzero((table.label == label) & ~given)
        members, sizes = shuffled_groups(table, members, rng)
        check_enough(name, len(sizes), needed=2 if given.any() else 3)
        for drawn, fraction, keep in wanted:
            n_groups = groups_to_draw(sizes, fraction, keep)
            n = sizes[:n_groups].sum()
            part[members[:n]] = drawn
            members, sizes = members[n:], sizes[n_groups:]
    write_array(parts, part)
    return len(part)


def check_fraction(key: str, value: float) -> None:
    if not 0 < value < 1:
        raise BadInput(f"{key} {value}: must lie between 0 and 1, both excluded")


def shuffled_groups(
    table: Labels, members: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sort the members (positions of images) by group, with the groups in random order.

    Returns the sorted members, and the size of each group in that order.
    """
    by_group = members[np.argsort(table.group[members], kind="stable")]
    _, starts, sizes = np.unique(table.group[by_group], return_index=True, return_counts=True)
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


def check_enough(name: str, found: int, needed: int) -> None:
    if found < needed:
        parts = "train, validation and test" if needed == 3 else "train and validation"
        raise BadInput(
            f"class {name}: {found} images (or groups of them) are fewer than the {needed} needed "
            f"for {parts}: add images or remove the class"
        )


if __name__ == "__main__":
    stage.main(split)
