"""Say of each image whether it is for training, validation or test."""

from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline import stage
from pipeline.image_set import TEST, TRAIN, VALIDATION
from pipeline.labels import Labels, read_labels
from pipeline.randomness import generator
from pipeline.store import read_json, write_array


def split(
    labels: Path,
    classes: Path,
    seed: int,
    test_fraction: float,
    validation_fraction: float,
    parts: Path,
) -> int:
    """Write int8 (n,): 0 train, 1 validation, 2 test.

    The test images of the source are kept where it has any, else `test_fraction` of every class
    is drawn; then `validation_fraction` of what remains of every class. Raises BadInput where a
    class is too small to be in all three.
    """
    check_fraction("test_fraction", test_fraction)
    check_fraction("validation_fraction", validation_fraction)
    table = read_labels(labels)
    rng = generator(seed, "split")
    part = np.full(len(table.label), TRAIN, np.int8)
    given = table.is_test
    part[given] = TEST
    for label, name in enumerate(read_json(classes)):
        members = np.flatnonzero((table.label == label) & ~given)
        groups = shuffled_groups(table, members, rng)
        check_enough(name, len(groups), needed=2 if given.any() else 3)
        if not given.any():
            test, groups = draw(groups, test_fraction, keep=2)
            part[test] = TEST
        validation, _ = draw(groups, validation_fraction, keep=1)
        part[validation] = VALIDATION
    write_array(parts, part)
    return len(part)


def check_fraction(key: str, value: float) -> None:
    if not 0 < value < 1:
        raise BadInput(f"{key} {value}: must lie between 0 and 1, both excluded")


def shuffled_groups(
    table: Labels, members: np.ndarray, rng: np.random.Generator
) -> list[np.ndarray]:
    """The members (positions of images), one array per group, the groups in random order."""
    by_group = members[np.argsort(table.group[members], kind="stable")]
    starts = np.flatnonzero(np.diff(table.group[by_group])) + 1
    groups = np.split(by_group, starts) if len(by_group) else []
    return [groups[i] for i in rng.permutation(len(groups))]


def draw(
    groups: list[np.ndarray], fraction: float, keep: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The members of the first groups that come nearest to `fraction` of all, and the rest.

    At least one group is drawn, and at least `keep` remain. With groups of several images the
    number drawn is off by half of a group at most, more only where `keep` demands it.
    """
    drawn = np.cumsum([len(group) for group in groups])
    nearest = int(np.argmin(np.abs(drawn - fraction * drawn[-1]))) + 1
    n = min(nearest, len(groups) - keep)
    return np.concatenate(groups[:n]), groups[n:]


def check_enough(name: str, found: int, needed: int) -> None:
    if found < needed:
        parts = "train, validation and test" if needed == 3 else "train and validation"
        raise BadInput(
            f"class {name}: {found} images (or groups of them) are fewer than the {needed} needed "
            f"for {parts}: add images or remove the class"
        )


if __name__ == "__main__":
    stage.main(split)
