"""What images share that should be apart: pixels or groups, over splits and over classes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.images.labels import KNOWN, Labels

NAMED = 3  # classes of a picture, at most

# Each split, and those before it, whose images it should not have.
BEFORE = {"validation": ("train",), "test": ("train", "validation")}


class Overlap(NamedTuple):
    """How many of a split's images share something with images before it, and the row of one."""

    split: str
    n: int
    of: int
    at: int


class Shared(NamedTuple):
    """What was found. copies: images that have the pixels of one that comes before them.

    seen, torn_groups: by split, images that share their pixels, or their group, with others.
    in_classes: how many pictures stand in several classes; one_at: the row of one of them;
    its_classes: the numbers of its classes.
    """

    copies: int
    seen: list[Overlap]
    torn_groups: list[Overlap]
    in_classes: int
    one_at: int
    its_classes: list[int]

    def examples(self) -> set[int]:
        """The rows of images that are named."""
        return {self.one_at, *(each.at for each in (*self.seen, *self.torn_groups))}

    def rows(self, names: dict[int, str]) -> Iterator[tuple[str, str, int, str]]:
        """(what, split, n, example)."""
        if self.copies:
            yield "copies of another image", "", self.copies, ""
        for each in self.seen:
            yield f"{each.split} images that are {known(each)} too", *placed(each, names)
        for each in self.torn_groups:
            yield f"{each.split} images of a group that is {known(each)} too", *placed(each, names)
        if self.in_classes:
            example = names[self.one_at]
            yield "pictures that stand in several classes", "", self.in_classes, example

    def notes(self, names: dict[int, str], classes: Sequence[str]) -> Iterator[str]:
        if self.copies:
            yield (
                f"Images with the same pixels as another: {self.copies:,}; a drawn split keeps "
                "them together."
            )
        for each in self.seen:
            yield (
                f"Warning: {each.n:,} of {each.of:,} {each.split} images have the same pixels as "
                f"one {known(each)}, such as {names[each.at]}{ADVICE[each.split]}"
            )
        for each in self.torn_groups:
            yield (
                f"Warning: {each.n:,} of {each.of:,} {each.split} images are of a group that is "
                f"{known(each)} too, such as {names[each.at]}: the data's own split is kept."
            )
        if self.in_classes:
            own = " and ".join(classes[i] for i in self.its_classes[:NAMED])
            if len(self.its_classes) > NAMED:
                own += f" and {len(self.its_classes) - NAMED:,} more"
            yield (
                f"Warning: pictures that stand in several classes: {self.in_classes:,}, such as "
                f"{names[self.one_at]}, in {own}."
            )


ADVICE = {
    "validation": ": they make settings look better than they are.",
    "test": (
        ": the key duplicates says what becomes of them; report gives accuracies with and without "
        "them, drop_from_test leaves them out, refuse ends."
    ),
}


def known(overlap: Overlap) -> str:
    return f"in {' or '.join(BEFORE[overlap.split])}"


def placed(overlap: Overlap, names: dict[int, str]) -> tuple[str, int, str]:
    return overlap.split, overlap.n, names[overlap.at]


def find_shared(labels: Labels, readable: np.ndarray) -> Shared:
    """readable: bool (n,); images that are not play no part."""
    rows = np.flatnonzero(readable)
    content, label = labels.content[rows].astype(np.int64), labels.label[rows]
    copies = len(rows) - len(np.unique(content))
    n_classes = int(label.max(initial=0)) + 1
    pairs = np.unique(content * n_classes + label)
    pictures, n_labels = np.unique(pairs // n_classes, return_counts=True)
    torn = pictures[n_labels > 1]
    one = int(torn[0]) if len(torn) else -1
    its = (pairs[pairs // n_classes == one] % n_classes).tolist()
    seen, groups = overlaps(labels, labels.content), overlaps(labels, labels.group)
    return Shared(copies, seen, groups, len(torn), one, its)


def overlaps(labels: Labels, key: np.ndarray) -> list[Overlap]:
    """The splits of the source that share values of `key`, (n,), with those before them."""
    found = []
    for split, before in BEFORE.items():
        mine = labels.split == KNOWN.index(split)
        others = np.isin(labels.split, [KNOWN.index(name) for name in before])
        seen = np.flatnonzero(mine & np.isin(key, key[others]))
        if len(seen):
            found.append(Overlap(split, len(seen), int(mine.sum()), int(seen[0])))
    return found
