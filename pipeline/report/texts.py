"""Every sentence that the report shows, in the run's language, and how numbers are spelled."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.catalogue import read_yaml
from pipeline.runtime.messages import shown

FOLDER = Path(__file__).parent / "texts"
LONGEST = 60  # letters of a name from the data that are shown
ISOLATE = "\u2068{}\u2069"  # so that a name written from right to left does not turn its sentence


class Texts:
    """The sentences of one language, by key, such as "pairs.title"."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.sentences = flat(read_yaml(FOLDER / f"{language}.yaml"))

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of this key, with values in its places."""
        return self.sentences[key].format(**values)

    def has(self, key: str) -> bool:
        return key in self.sentences

    def listed(self, names: Sequence[str]) -> str:
        """Such as "a, b and c"."""
        if len(names) < 2:
            return "".join(names)
        return self("list", first=", ".join(names[:-1]), last=names[-1])

    def name(self, name: str) -> str:
        """A name from the data, as it can stand inside a sentence."""
        return ISOLATE.format(name)


def flat(tree: dict, prefix: str = "") -> dict[str, str]:
    """Sentences by their keys joined with dots."""
    found: dict[str, str] = {}
    for key, value in tree.items():
        found |= (
            flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
        )
    return found


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
    return name.replace("_", " ")


def from_data(name: str) -> str:
    """The name of a class or file: on one line, not too long, whatever it contains."""
    plain = shown(name)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}\u2026"
