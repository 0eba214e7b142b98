"""Folders as a small tree on one line, to show what a set of images looks like."""

from collections.abc import Iterable, Sequence

from pipeline.runtime.messages import shown

SHOWN = 4  # folders side by side, at most

Path = tuple[str, ...]


def tree(folders: Iterable[Path]) -> str:
    """Such as {train, test}/{cat, dog}: folders that hold the same ones share a brace."""
    inside: dict[str, list[Path]] = {}
    for folder in folders:
        if folder:
            inside.setdefault(folder[0], []).append(folder[1:])
    alike: dict[str, list[str]] = {}
    for name, deeper in inside.items():
        alike.setdefault(tree(deeper), []).append(name)
    groups = list(shortened(alike.pop("", [])))  # folders that hold no others
    groups += [f"{braced(names)}/{below}" for below, names in alike.items()]
    return groups[0] if len(groups) == 1 else "{" + ", ".join(groups) + "}" if groups else ""


def braced(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "{" + ", ".join(shortened(names)) + "}"


def shortened(names: Sequence[str]) -> list[str]:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return [*map(shown, names[:SHOWN]), *more]
