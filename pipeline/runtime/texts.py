"""What pages and pictures say in the language of the run: sentences and labels, with their keys.

A folder whose stages speak has a file for each language, texts/<language>.yaml: groups of
sentences, in which names in braces stand for values. Stages are given the file, so that none knows
a language. Which particle a Korean word takes (은/는, 이/가, 을/를) depends on how it ends, and
nobody knows that of what is filled in. So Korean sentences have none after a brace.
"""

from pathlib import Path

import yaml


class Texts:
    """The sentences of one group, such as those of a part of the lecture."""

    def __init__(self, file: Path, group: str) -> None:
        self.file, self.group = file, group
        every = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.shared, self.own = every["shared"], every[group]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key of the group, or else of the shared ones, with values filled in.

        key: such as "said", or "regimes.slow" where groups lie in the group.
        """
        found = at(self.own, key) or at(self.shared, key)
        if found is None:
            raise KeyError(key)
        return found.format(**values)

    def in_english(self) -> "Texts":
        """The same group in English, for where letters of the language cannot be shown."""
        return Texts(self.file.with_name("en.yaml"), self.group)

    def listed(self, names: list[str]) -> str:
        """Such as "a, b and c"."""
        return self("and", first=", ".join(names[:-1]), last=names[-1]) if names[1:] else names[0]


def at(group: dict, key: str) -> str | None:
    found = group
    for name in key.split("."):
        if name not in found:
            return None
        found = found[name]
    return str(found)
