"""Every sentence that the report shows, in the run's language, and how numbers are spelled."""

from pathlib import Path

from pipeline.catalogue import read_yaml, spoken
from pipeline.runtime import texts
from pipeline.runtime.messages import shown

LONGEST = 60  # letters of a name from the data that are shown
ISOLATE = "\u2068{}\u2069"  # so that a name written from right to left does not turn its sentence


class Texts(texts.Texts):
    """The sentences of the report, by group and key, such as "pairs.title"."""

    def __init__(self, file: Path) -> None:
        self.own = read_yaml(file)
        self.shared = self.own["shared"]

    def has(self, key: str) -> bool:
        return texts.at(self.own, key) is not None

    def name(self, name: str) -> str:
        """A name from the data, as it can stand inside a sentence."""
        return ISOLATE.format(name)


def percent(share: float) -> str:
    """A share of 1 in percent, such as "97.9"."""
    return f"{100 * share:.1f}"


def points(difference: float) -> str:
    """A difference of two shares, in percentage points, with a true minus sign."""
    return f"{100 * difference:.1f}".replace("-", "\u2212")


def interval(low: float, high: float) -> str:
    return f"[{points(low)}, {points(high)}]"


def count(n: int | float) -> str:
    return f"{int(n):,}"


def readable(name: str) -> str:
    """The name of a representation, as sentences have it."""
    return spoken(name)


def from_data(name: str) -> str:
    """The name of a class or file: on one line, not too long, whatever it contains."""
    plain = shown(name)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}\u2026"
