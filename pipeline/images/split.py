"""Say for each image whether it is for training, validation or test."""

from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.images.duplicates import joined
from pipeline.images.folds import draw_folds
from pipeline.images.labels import KNOWN, SKIPPED, Labels, read_labels
from pipeline.images.parts import PARTS, SEEN, TEST, TRAIN, UNUSED, VALIDATION, members
from pipeline.images.stratified import draw_groups
from pipeline.runtime import stage
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import read_json, write_array


def split(
    labels: Path,
    classes: Path,
    seed: int,
    validation_fraction: float,
    duplicates: str,
    parts: Path,
    test_fraction: float | None = None,
    folds: int | None = None,
    fold: int | None = None,
) -> int:
    """Write the part of each image, int8 (n,), see `parts`.

    The source's own test and validation images are kept where it has any; else a share of every
    class is drawn, test images first, then validation images from what remains. Images of one
    group, and images with the same pixels, are never drawn into different parts. duplicates:
    what becomes of test images of the source whose pixels are among the others as well. folds,
    fold: instead of test_fraction, into how many folds images are divided, the same for all folds
    of a seed, and which of them, from 1, is tested. Raises BadInput where a class is too small to
    be in all three parts.
    """
    table, names, rng = read_labels(labels), read_json(classes), generator(seed, "split")
    part = np.full(len(table.label), TRAIN, np.int8)
    for name, number in (("test", TEST), ("validation", VALIDATION), (SKIPPED, UNUSED)):
        part[table.split == KNOWN.index(name)] = number
    shares = [(VALIDATION, checked("validation_fraction", validation_fraction))]
    if folds is None:
        shares.insert(0, (TEST, checked("test_fraction", test_fraction)))
    else:
        part[folded(part, table, folds, names, seed) == fold] = TEST
    wanted = [(number, share) for number, share in shares if not (part == number).any()]
    if wanted:
        free, group = drawable(part, table)
        draw_groups(part, table.label, group, free, wanted, names, rng)
    mark_seen(part, table, duplicates)
    check_parts(part, table.label, names)
    write_array(parts, part)
    return len(part)


def folded(
    part: np.ndarray, table: Labels, n_folds: int, names: list[str], seed: int
) -> np.ndarray:
    """The fold of each image, int (n,), from 1; 0 for images that play no part.

    Raises BadInput for a source that has test or validation images of its own: whether they are
    to be in folds as well, or what else they are for, is not known.
    """
    for number in (TEST, VALIDATION):
        n = int((part == number).sum())
        if n:
            raise BadInput(
                f"folds: the data has {n:,} {PARTS[number]} images of its own: remove folds to "
                "use them as such; or leave them out with ignore, or have them divided like all "
                f"others with splits, such as {{{PARTS[number]}: train, train: train}}"
            )
    used = np.flatnonzero(part == TRAIN)
    group = joined(table.group[used], table.content[used])
    fold = np.zeros(len(part), int)
    fold[used] = draw_folds(table.label[used], group, n_folds, names, generator(seed, "folds"))
    return fold


def drawable(part: np.ndarray, table: Labels) -> tuple[np.ndarray, np.ndarray]:
    """The training images that may be drawn into other parts, and the group of each of them.

    Those that share a group with a validation image of the source are not: the group would be
    torn. Test images of the source have no say in this, for they decide nothing.
    """
    known = np.flatnonzero((part == TRAIN) | (part == VALIDATION))
    group = joined(table.group[known], table.content[known])
    free = ~np.isin(group, group[part[known] == VALIDATION])
    return known[free], group[free]


def checked(key: str, fraction: float | None) -> float:
    if fraction is None or not 0 < fraction < 1:
        raise BadInput(f"{key} {fraction}: must lie between 0 and 1, both excluded")
    return fraction


def mark_seen(part: np.ndarray, table: Labels, duplicates: str) -> None:
    """Mark test images whose pixels are among the training or validation images, in place."""
    fitted = (part == TRAIN) | (part == VALIDATION)
    seen = (part == TEST) & np.isin(table.content, table.content[fitted])
    n, n_test = int(seen.sum()), int((part == TEST).sum())
    if not n:
        return
    if n == n_test or duplicates == "refuse":
        advice = (
            "there is nothing to test on: leave the test images out with ignore, and others are "
            "drawn"
            if n == n_test
            else "remove them, or set duplicates to report or drop_from_test"
        )
        raise BadInput(
            f"{n} of {n_test} test images have the same pixels as a training or validation image: "
            f"{advice}"
        )
    part[seen] = UNUSED if duplicates == "drop_from_test" else SEEN


def check_parts(part: np.ndarray, label: np.ndarray, names: list[str]) -> None:
    """Raise BadInput for a part, or a class of the training images, that is empty."""
    for number, name in enumerate(PARTS):
        if not len(members(part, number)):
            raise BadInput(f"there are no {name} images: look at what the data's folders say")
    lacking = np.bincount(label[part == TRAIN], minlength=len(names)) == 0
    if lacking.any():
        raise BadInput(
            f"class {names[int(np.argmax(lacking))]}: has no training images: add some, or remove "
            "it"
        )


if __name__ == "__main__":
    stage.main(split)
