"""What is found out about images while they are decoded: sizes, repairs, and what failed."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.images.duplicates import DIGEST_BYTES
from pipeline.runtime.messages import shown

NAMED = 20  # unreadable images that a message names, at most
TOLERATED = 0.01  # the share of images that may be skipped


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
    """What was found of all n images of a run."""

    def __init__(self, n: int) -> None:
        self.digests = np.zeros((n, DIGEST_BYTES), np.uint8)
        self.sizes: Counter[tuple[int, int]] = Counter()
        self.repairs: Counter[str] = Counter()
        self.examples: dict[object, str] = {}
        self.unreadable: list[tuple[int, str, str]] = []  # row, file, reason
        self.peak = 0

    def add(self, found: Found) -> None:
        if found.reason:
            self.unreadable.append((found.row, found.file, found.reason))
            return
        self.digests[found.row] = np.frombuffer(found.digest, np.uint8)
        self.sizes[found.size] += 1
        for thing in (found.size, *found.repairs):
            self.examples[thing] = min(self.examples.get(thing, found.file), found.file)
        self.repairs.update(found.repairs)
        self.peak = max(self.peak, found.peak)


def check_unreadable(data: str, facts: Facts, wanted: str, n: int) -> None:
    """Raise BadInput, with all unreadable images in one message, unless they may be skipped."""
    failed = sorted((file, reason) for _, file, reason in facts.unreadable)
    if not failed or (wanted == "skip" and len(failed) <= TOLERATED * n):
        return
    named = "; ".join(f"{shown(file)} ({reason})" for file, reason in failed[:NAMED])
    more = f"; and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
    odd = [f"{shown(facts.examples[what])} ({what})" for what in sorted(facts.repairs)]
    repaired = f". Read all the same: {'; '.join(odd)}" if odd else ""
    advice = (
        f"more than {TOLERATED:.0%} are too many to skip: replace or remove them"
        if wanted == "skip"
        else "replace or remove them, or set unreadable: skip"
    )
    raise BadInput(
        f"{data}: {len(failed)} of {n} images cannot be read: {named}{more}: {advice}{repaired}"
    )
