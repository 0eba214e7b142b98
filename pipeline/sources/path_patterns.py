"""Patterns that say where in an image's path its class, split and group stand.

A pattern of `layout` is a path: {class}, {split} and {group} stand for what they name, * for
anything within a folder's or file's name, ** for any number of folders.
"""

import re
from collections.abc import Sequence

from features.errors import BadInput

FIELDS = ("class", "split", "group")


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression with a named group for each field. Raises BadInput."""
    expression = ""
    for piece in re.split(r"(\*\*/|\*\*|\*|\{\w*\})", pattern):
        if piece == "**/":
            expression += "(?:[^/]+/)*"
        elif piece == "**":
            expression += ".*"
        elif piece == "*":
            expression += "[^/]*"
        elif piece.startswith("{"):
            expression += field(pattern, piece[1:-1], expression)
        else:
            expression += re.escape(piece)
    if "(?P<class>" not in expression:
        raise BadInput(f"config: layout: {pattern!r} says nowhere where {{class}} stands")
    return re.compile(expression)


def field(pattern: str, name: str, before: str) -> str:
    if name not in FIELDS:
        allowed = ", ".join(f"{{{each}}}" for each in FIELDS)
        raise BadInput(f"config: layout: {pattern!r} has {{{name}}}; allowed are {allowed}")
    if f"(?P<{name}>" in before:
        raise BadInput(f"config: layout: {pattern!r} has {{{name}}} twice")
    return f"(?P<{name}>[^/]+)" if name != "class" else "(?P<class>[^/]+?)"


def matched(patterns: Sequence[re.Pattern[str]], path: str) -> dict[str, str] | None:
    """The fields of the first pattern that the whole path fits; None for no pattern."""
    for pattern in patterns:
        found = pattern.fullmatch(path)
        if found:
            return found.groupdict()
    return None


def file_name_pattern(expression: str) -> re.Pattern[str]:
    """A regular expression with named groups, sought in file names. Raises BadInput."""
    try:
        pattern = re.compile(expression)
    except re.error as mistake:
        raise BadInput(
            f"config: file_name: {expression!r} is no regular expression: {mistake}"
        ) from None
    unknown = set(pattern.groupindex) - set(FIELDS)
    if unknown or not pattern.groupindex:
        raise BadInput(
            f"config: file_name: {expression!r} needs a named group, such as (?P<class>[a-z]+); "
            f"names are {', '.join(FIELDS)}"
        )
    return pattern


def ignored(patterns: Sequence[str], path: str) -> bool:
    """Whether a path, or a folder that it lies in, fits one of the patterns of `ignore`."""
    parts = path.split("/")
    folders = ["/".join(parts[: i + 1]) for i in range(len(parts))]
    return any(
        wildcard(pattern).fullmatch(folder)
        or ("/" not in pattern and wildcard(pattern).fullmatch(part))
        for pattern in patterns
        for folder, part in zip(folders, parts, strict=True)
    )


def wildcard(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*)", pattern.rstrip("/"))
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(known.get(piece, re.escape(piece)) for piece in pieces))
