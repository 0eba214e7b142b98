"""Patterns of paths: where class, split and group stand in them, and what is left out.

In a pattern, * stands for anything within a folder's or file's name, ** for any number of folders.
In one of `layout`, {class}, {split} and {group} stand for what they name.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from features.errors import BadInput
from pipeline.runtime.messages import shown

FIELDS = ("class", "split", "group")
PIECES = re.compile(r"(\*\*/|\*\*|\*|\{\w*\})")
GREEDY = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*"}


class Layout(NamedTuple):
    """A pattern of `layout` as regular expressions: fields as long as can be, and as short."""

    text: str
    long: re.Pattern[str]
    short: re.Pattern[str]


def compiled(pattern: str) -> Layout:
    """Raises BadInput where the pattern says nowhere where the class stands."""
    pieces = [piece for piece in PIECES.split(re.sub(r"(\*\*/)+", "**/", pattern)) if piece]
    names = [piece[1:-1] for piece in pieces if PIECES.fullmatch(piece) and piece[0] == "{"]
    for name in names:
        if name not in FIELDS:
            allowed = ", ".join(f"{{{each}}}" for each in FIELDS)
            raise BadInput(f"config: layout: {pattern!r} has {{{name}}}; allowed are {allowed}")
        if names.count(name) > 1:
            raise BadInput(f"config: layout: {pattern!r} has {{{name}}} twice: leave one out")
    if "class" not in names:
        raise BadInput(f"config: layout: {pattern!r} says nowhere where {{class}} stands: add it")
    if pattern.endswith("}"):
        raise BadInput(
            f"config: layout: {pattern!r} ends where a file's name is to follow: write "
            f"{pattern + '/*'!r}"
        )
    return Layout(pattern, expression(pieces, ""), expression(pieces, "?"))


def expression(pieces: Sequence[str], short: str) -> re.Pattern[str]:
    """short: "?" if each piece is to fit as little as can be, else ""."""
    text = ""
    for piece in pieces:
        if piece in GREEDY:
            text += GREEDY[piece] + short
        elif PIECES.fullmatch(piece):
            text += f"(?P<{piece[1:-1]}>[^/]+{short})"
        else:
            text += re.escape(piece)
    return re.compile(text, re.DOTALL)


def matched(patterns: Sequence[Layout], path: str) -> re.Match[str] | None:
    """What fits the first pattern that the whole path fits; None for no pattern.

    Raises BadInput where it fits in several ways, as american_bulldog_1.jpg does {class}_*.
    """
    for pattern in patterns:
        fit = pattern.long.fullmatch(path)
        if fit:
            other = pattern.short.fullmatch(path)
            if other and other.groups() != fit.groups():
                raise BadInput(
                    f"config: layout: {pattern.text!r} fits {shown(path)} in several ways, with "
                    f"the class {shown(other['class'])} or {shown(fit['class'])}: say more in the "
                    "pattern, or use file_name"
                )
            return fit
    return None


def file_name_pattern(text: str) -> re.Pattern[str]:
    """A regular expression with named groups, sought in file names. Raises BadInput."""
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as mistake:
        raise BadInput(
            f"config: file_name: {text!r} is no regular expression ({mistake}): mend it"
        ) from None
    unknown = set(pattern.groupindex) - set(FIELDS)
    if unknown or not pattern.groupindex:
        raise BadInput(
            f"config: file_name: {text!r} needs a named group, such as (?P<class>[a-z]+), and has "
            f"{', '.join(sorted(unknown)) or 'none'}; names are {', '.join(FIELDS)}"
        )
    return pattern


class Ignore:
    """The patterns of `ignore`: each fits files and folders, and all that lies in these.

    A pattern without a slash fits names anywhere, one with a slash paths from the top of the data;
    a slash in front says no more than that.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self.idle = dict.fromkeys(patterns)  # those that have fitted nothing yet
        self.known = [(pattern, ignoring(pattern)) for pattern in patterns]

    def fits(self, path: str) -> bool:
        fits = False
        for pattern, regular in self.known:
            if (not fits or pattern in self.idle) and regular.search(path):
                fits = True
                self.idle.pop(pattern, None)
        return fits


def ignoring(pattern: str) -> re.Pattern[str]:
    stripped = pattern.strip("/")
    begin = r"\A" if "/" in pattern.rstrip("/") else r"(?:\A|(?<=/))"
    text = ""
    for piece in re.split(r"(\*\*/|\*\*|\*)", re.sub(r"(\*\*/)+", "**/", stripped)):
        text += GREEDY.get(piece, re.escape(piece))
    return re.compile(rf"{begin}{text}(?=/|\Z)", re.DOTALL)
