"""Folders as a small tree on one line, to show what a set of images looks like."""

from collections.abc import Iterable, Sequence

from pipeline.runtime.messages import shown

SHOWN = 4  # folders side by side, at most
LEVELS = 4  # folders inside each other, at most

Path = tuple[str, ...]


def common(paths: Sequence[Path]) -> Path:
    """The folders that all paths begin with."""
    first, last = min(paths), max(paths)
    depth = 0
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return first[:depth]


def tree(paths: Sequence[Path]) -> str:
    """Such as {train, test}/{cat, dog}: folders that hold the same ones share a brace."""
    around = common(paths)
    below = [path[len(around) :] for path in paths]
    inner = branches([path if len(path) <= LEVELS else (*path[:LEVELS], "...") for path in below])
    return "/".join(filter(None, [brief(around), inner]))


def branches(paths: Iterable[Path]) -> str:
    inside: dict[str, list[Path]] = {}
    for path in paths:
        if path:
            inside.setdefault(path[0], []).append(path[1:])
    alike: dict[str, list[str]] = {}
    for name, deeper in inside.items():
        alike.setdefault(branches(deeper), []).append(name)
    groups = shortened([shown(name) for name in alike.pop("", [])])  # that hold no others
    groups += shortened([f"{braced(names)}/{below}" for below, names in alike.items()])
    return groups[0] if len(groups) == 1 else "{" + ", ".join(groups) + "}" if groups else ""


def braced(names: Sequence[str]) -> str:
    """Names side by side, such as {cat, dog}."""
    if len(names) == 1:
        return shown(names[0])
    return "{" + ", ".join(shortened([shown(name) for name in names])) + "}"


def shortened(texts: list[str]) -> list[str]:
    more = len(texts) - SHOWN
    return texts if more <= 0 else [*texts[:SHOWN], f"{more} more"]


def brief(path: Path) -> str:
    """A path as text, its middle left out where it is long."""
    names = [shown(name) for name in path]
    return "/".join(names if len(names) <= LEVELS else [*names[:2], "...", names[-1]])
