"""What the report is made from: a run's tables, images and answers, read as they are needed."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.images.labels import Labels, names_at, read_labels
from pipeline.report import thumbnails
from pipeline.report.answers import Answers, read
from pipeline.report.texts import Texts, from_data
from pipeline.runtime.store import ArrayFile, format_cell, read_array, read_json

SHOWN = 8  # representations that are looked at one by one, at most
ROW = ["representation", "classifier"]


@dataclass
class Material:
    """The files of a run, and what several sections make of them.

    config: of the run. trial: the first one, whose images are shown. files: paths by name: images,
    labels, classes, parts, and predictions, in which {representation} stands for one. results:
    the folder of tables. tables: the names of those that the run makes. blocks, looks_for, titles,
    lecture: as `contents.Contents` has them.
    """

    texts: Texts
    run: str
    config: dict
    trial: dict
    files: dict
    results: Path
    blocks: list
    looks_for: list
    titles: dict
    tables: list
    lecture: list
    used: dict[str, str] = field(default_factory=dict)  # SHA-256 of the tables read, by name

    # ---- tables

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run, all cells as text: a class may be called NA."""
        self.use(name)
        return pd.read_csv(self.results / name, dtype=str, keep_default_na=False)

    def use(self, name: str) -> None:
        """Note the checksum of a table that something on the page can be found in."""
        with open(self.results / name, "rb") as file:
            self.used[name] = hashlib.file_digest(file, "sha256").hexdigest()

    def there(self, name: str) -> bool:
        """Whether an optional file exists and is no older than the models."""
        path = self.results / name
        return path.exists() and not self.outdated(path)

    def outdated(self, path: Path) -> bool:
        scored = [self.answers_file(name) for name in self.config["representations"]]
        return path.stat().st_mtime_ns < max(file.stat().st_mtime_ns for file in scored)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The summary without the row of always answering the largest class."""
        return self.whole_summary[self.whole_summary["classifier"] != ""].reset_index(drop=True)

    @cached_property
    def whole_summary(self) -> pd.DataFrame:
        table = self.table("summary.csv")
        text = {*ROW, "knows", "like_best"}
        numbers = [name for name in table if name not in text]
        return table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})

    @cached_property
    def best(self) -> pd.Series:
        """The row of highest test accuracy."""
        return self.summary.loc[self.summary["test_accuracy_mean"].idxmax()]

    @cached_property
    def majority(self) -> float:
        """The test accuracy of always answering the largest class of the training images."""
        rows = self.whole_summary[self.whole_summary["classifier"] == ""]
        return float(rows["test_accuracy_mean"].iloc[0])

    @cached_property
    def chosen(self) -> dict[str, str]:
        """For each representation the classifier that is best on the validation images."""
        best = self.summary.groupby("representation", sort=False)["validation_accuracy_mean"]
        rows = self.summary.loc[best.idxmax()]
        return dict(zip(rows["representation"], rows["classifier"], strict=True))

    @cached_property
    def shown(self) -> list[str]:
        """The representations that are looked at one by one, in the order of the config.

        Where there are more than SHOWN: the first, the best, and those best on validation images.
        """
        means = self.summary.groupby("representation", sort=False)["validation_accuracy_mean"]
        best_first = list(means.max().sort_values(ascending=False, kind="stable").index)
        names = list(self.chosen)
        kept = dict.fromkeys([names[0], self.best["representation"], *best_first])
        return [name for name in names if name in list(kept)[:SHOWN]]

    @cached_property
    def baseline(self) -> str:
        """The representation that others are measured by: raw pixels alone, or else the first."""
        blocks, every = self.config["blocks"], self.config["representations"]
        features = {
            name: [blocks[block]["feature"] for block in every[name]] for name in self.chosen
        }
        pixels = (name for name, found in features.items() if found == ["raw_pixels"])
        return next(pixels, next(iter(features)))

    # ---- classes and images

    @cached_property
    def class_names(self) -> list[str]:
        """The names of the classes as they are shown."""
        return [from_data(name) for name in read_json(Path(self.files["classes"]))]

    @cached_property
    def class_places(self) -> dict[str, int]:
        """The number of each class, by its name as it stands in tables."""
        names = read_json(Path(self.files["classes"]))
        return {str(format_cell(name)): i for i, name in enumerate(names)}

    @cached_property
    def labels(self) -> Labels:
        return read_labels(Path(self.files["labels"]))

    @cached_property
    def part(self) -> np.ndarray:
        return read_array(Path(self.files["parts"]))

    def image(self, row: int) -> np.ndarray:
        return ArrayFile(Path(self.files["images"])).read(int(row), int(row) + 1)[0]

    def picture(self, row: int) -> str:
        """A data URI of the image in this row."""
        return thumbnails.of_image(self.image(row))

    def file_names(self, rows: list[int]) -> dict[int, str]:
        """The names of the images in these rows, as they are shown."""
        found = names_at(Path(self.files["labels"]), set(map(int, rows)))
        return {row: from_data(name) for row, name in found.items()}

    # ---- answers

    def answers_file(self, representation: str) -> Path:
        return Path(self.files["predictions"].replace("{representation}", representation))

    def answers(self, representation: str, classifier: str | None = None) -> Answers:
        """Of the first trial; by the chosen classifier, unless another one is named."""
        classifier = classifier or self.chosen[representation]
        return read(self.answers_file(representation), classifier)
