"""What is found out about images while they are decoded: sizes, repairs, and what failed."""

from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.images.colour import FROM_PROFILE
from pipeline.images.duplicates import DIGEST_BYTES
from pipeline.images.grey16 import TO_8_BIT
from pipeline.images.rgb import ON_WHITE
from pipeline.images.upright import TURNED
from pipeline.runtime.messages import shown

NAMED = 20  # unreadable images that a message names, at most
TOLERATED = 100  # of so many images one may be skipped
# Repairs that sound files need, which are not worth a word beside files that cannot be read.
USUAL = {FROM_PROFILE, TO_8_BIT, ON_WHITE, TURNED}


class Found(NamedTuple):
    """What was found of one image: the digest of its pixels, its size (cols, rows), repairs.

    peak: its largest 16-bit grey value. reason: why it could not be decoded, "" if it could.
    """

    row: int
    file: str
    digest: bytes = bytes(DIGEST_BYTES)
    size: tuple[int, int] = (0, 0)
    repairs: tuple[str, ...] = ()
    peak: int = 0
    reason: str = ""


class Facts:
    """What was found of all n images of a run, in few bytes for each, by their rows.

    digests: uint8 (n, 16). sizes: int32 (n, 2), (cols, rows). peaks: uint16 (n,), the largest
    16-bit grey values. repairs: for each kind, how many images, and one of them. unreadable: row,
    file and reason.
    """

    def __init__(self, n: int) -> None:
        self.digests = np.zeros((n, DIGEST_BYTES), np.uint8)
        self.sizes = np.zeros((n, 2), np.int32)
        self.peaks = np.zeros(n, np.uint16)
        self.repairs: dict[str, tuple[int, str]] = {}
        self.unreadable: list[tuple[int, str, str]] = []

    def add(self, found: Found) -> None:
        if found.reason:
            self.unreadable.append((found.row, found.file, found.reason))
            return
        self.digests[found.row] = np.frombuffer(found.digest, np.uint8)
        self.sizes[found.row] = found.size
        self.peaks[found.row] = found.peak
        for repair in found.repairs:
            n, example = self.repairs.get(repair, (0, found.file))
            self.repairs[repair] = n + 1, min(example, found.file)

    def readable(self) -> np.ndarray:
        """Which images could be decoded, bool (n,)."""
        found = np.ones(len(self.digests), bool)
        found[[row for row, _, _ in self.unreadable]] = False
        return found


def check_unreadable(data: str, facts: Facts, wanted: str) -> None:
    """Raise BadInput, with all unreadable images in one message, unless they may be skipped.

    wanted: "refuse" or "skip", which is allowed for few images only.
    """
    failed = sorted((file, reason) for _, file, reason in facts.unreadable)
    n = len(facts.digests)
    few = TOLERATED * len(failed) <= n
    if not failed or (wanted == "skip" and few):
        return
    named = "; ".join(f"{shown(file)} ({reason})" for file, reason in failed[:NAMED])
    more = f"; and {len(failed) - NAMED:,} more" if len(failed) > NAMED else ""
    advice = "replace or remove them"
    if wanted == "skip":
        advice = f"more than {1 / TOLERATED:.0%} are too many to skip: {advice}"
    elif few:
        advice += ", or set unreadable: skip"
    odd = [
        f"{shown(file)} ({what})"
        for what, (_, file) in sorted(facts.repairs.items())
        if what not in USUAL
    ]
    repaired = f". Read all the same: {'; '.join(odd)}" if odd else ""
    raise BadInput(
        f"{shown(data)}: {len(failed):,} of {n:,} images cannot be read: {named}{more}: "
        f"{advice}{repaired}"
    )
