"""What any config may hold: text, numbers, lists and groups of them, within bounds.

YAML can hold more than that, and so much of it that a program ends in a traceback: dates, keys
that are numbers, lists in lists without end, numbers of thousands of digits.
"""

from collections.abc import Iterator

from features.errors import BadInput
from pipeline.runtime.messages import shown

SHOWN = 80  # characters of a value that a message shows
LONGEST_MESSAGE = 1000
DEEPEST = 20  # groups and lists in each other
MOST_VALUES = 1_000_000  # in the whole config
MOST_DIGITS = 300  # of a number: as many as the largest float has, about


def plain(config: dict) -> dict:
    """A copy of the config in plain dicts and lists, with 0 for -0. Raises BadInput."""
    count = iter(range(MOST_VALUES))
    return {key: copied(value, key, 1, count) for key, value in entries(config, "")}


def copied(value: object, where: str, depth: int, count: Iterator[int]) -> object:
    """A copy of the value of the key `where`, which lies in `depth` groups and lists."""
    if next(count, None) is None:
        raise refusal("top level", f"there are more than {MOST_VALUES:,} values; use fewer")
    if isinstance(value, dict | list | tuple):
        if depth >= DEEPEST:
            raise refusal(where, f"more than {DEEPEST} lists or groups lie in each other")
        if isinstance(value, dict):
            return {
                key: copied(inner, f"{where}.{key}", depth + 1, count)
                for key, inner in entries(value, where)
            }
        return [
            copied(inner, f"{where}.{place}", depth + 1, count)
            for place, inner in enumerate(value)
        ]
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        raise refusal(where, f"a number has more than {MOST_DIGITS} digits; write a smaller one")
    if isinstance(value, str | int | float | None):
        return 0.0 if value == 0 and isinstance(value, float) else value
    raise refusal(where, f"{brief(value)} is no text, number or list; put text in quotes")


def entries(group: dict, where: str) -> Iterator[tuple[str, object]]:
    """The entries of a group. Raises BadInput for a key that YAML reads as no text: 1 or yes."""
    for key, value in group.items():
        if not isinstance(key, str):
            wrong = f"the key {brief(key)} is not text; put it in quotes or remove it"
            raise refusal(where or "top level", wrong)
        yield key, value


def refusal(key: str, wrong: str) -> BadInput:
    """A mistake in the config, in one line. key: such as blocks.hog.bins."""
    parts = ".".join(cut(shown(part), SHOWN) for part in key.split("."))
    return BadInput(cut(f"config: {parts}: {wrong}", LONGEST_MESSAGE))


def brief(value: object) -> str:
    """A value as Python writes it, in one line; the end of a long one is left out."""
    try:
        return cut(repr(value), SHOWN)
    except (ValueError, RecursionError):
        return "a value too long to be shown"


def cut(text: str, length: int) -> str:
    """Text of at most this length; of a longer one the middle is left out."""
    if len(text) <= length:
        return text
    head = length * 2 // 3
    return f"{text[:head]}...{text[head + 3 - length :]}"


def shown_path(path: str) -> str:
    """A path in a message."""
    return cut(shown(path), 4 * SHOWN)


def few(names: list[str]) -> str:
    """Names in a message: the first ones, and how many there are beside them."""
    listed = ", ".join(cut(shown(name), SHOWN) for name in names[:30])
    return f"{listed} and {len(names) - 30:,} more" if len(names) > 30 else listed
