"""What a container holds besides images, counted while it is listed."""

import os
from pathlib import Path

from pipeline.sources.file_kinds import TABLES, kind_of, kind_of_hidden


class Finds:
    """What a container holds besides images: its folders, tables, and files that are passed over.

    passed: for each kind of file, how many, and one of them.
    """

    def __init__(self) -> None:
        self.folders: dict[str, None] = {}
        self.tables: dict[str, int] = {}
        self.passed: dict[str, tuple[int, str]] = {}
        self.hidden: set[str] = set()  # folders that are

    def pass_over(self, kind: str, name: str) -> None:
        n, example = self.passed.get(kind, (0, name))
        self.passed[kind] = n + 1, min(example, name)

    def pass_over_hidden(self, name: str, hidden: str, is_folder: bool) -> None:
        """Count a hidden folder once, whatever lies in it. hidden: the part of `name` that is."""
        if is_folder or hidden != name:
            if hidden in self.hidden:
                return
            self.hidden.add(hidden)
        self.pass_over(kind_of_hidden(hidden), hidden)

    def pass_over_file(self, name: str, place: int) -> None:
        """Count a file that is no image; the folders around it are noted as any others."""
        self.pass_over(kind_of(name), name)
        folder = name.rpartition("/")[0]
        while folder and folder not in self.folders:
            self.folders[folder] = None
            folder = folder.rpartition("/")[0]
        if name.lower().endswith(TABLES):
            self.tables[name] = place


def table_beside(data: Path, name: str) -> Path | None:
    """The table of labels that a config names and that lies outside the data, if there is one."""
    beside = (Path(name), data.parent / name)
    return next((path for path in beside if os.path.isfile(path)), None)
