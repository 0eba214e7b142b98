"""What the rules of the report need to know of a run: what it is made from, what is optional."""

import os
from hashlib import sha256
from pathlib import Path

from pipeline import catalogue
from pipeline.catalogue import ROOT
from pipeline.code import module_path
from pipeline.lecture.outline import Outline

# Tables that only some calls make, with the call that does. They are no inputs of the report, or
# every run would make them.
OPTIONAL = {
    "invariance.csv": "snakemake invariance",
    "label_efficiency.csv": "snakemake label_efficiency",
    "audit.csv": "snakemake audit",
    "lecture/lecture.md": "snakemake lecture",
}


class Contents:
    """It is made from the outline of the run's lecture, whose pictures of features it shows."""

    def __init__(self, lecture: Outline) -> None:
        self.lecture, self.plan, self.trial = lecture, lecture.plan, lecture.trial
        self.paths = self.plan.paths

    def templates(self) -> list[str]:
        """The templates of the page: an edited one makes it anew, as code does."""
        found = sorted((ROOT / "pipeline/report/templates").rglob("*"))
        return [os.path.relpath(path) for path in found if path.is_file()]

    def seeing(self) -> list[str]:
        """The first block of each feature that has a module `sees_<feature>`."""
        first: dict[str, str] = {}
        for block in self.plan.alone.values():
            if module_path(self.module(block)).exists():
                first.setdefault(self.plan.feature(block), block)
        return list(first.values())

    def module(self, block: str) -> str:
        """The module that shows what the block's feature sees in an image."""
        return f"pipeline.report.sees_{self.plan.feature(block)}"

    def blocks(self) -> list[dict]:
        """What the stage is told of each block that it shows; model: "" without a linear one."""
        alone = {block: name for name, block in reversed(self.plan.alone.items())}
        linear = [each["name"] for each in self.lecture.linear]
        return [
            {
                "name": block,
                "feature": self.plan.feature(block),
                "settings": catalogue.own_settings(self.plan.blocks[block]),
                "state": self.state(block),
                "folder": self.plan.folder(block, self.trial),
                "view": self.plan.views[0],
                "shard_size": self.plan.config["shard_size"],
                "representation": alone[block],
                "classifier": next((n for n in linear if n in self.plan.pairs[alone[block]]), ""),
                "model": self.paths.model.format(representation=alone[block], **self.trial),
            }
            for block in self.seeing()
        ]

    def state(self, block: str) -> str:
        return self.plan.state(block, self.trial) if block in self.plan.fitted else ""

    def block_files(self) -> list[str]:
        """All files that `blocks` names; known once the images are loaded."""
        found = []
        for block in self.blocks():
            found += [block["model"]] + [block["state"]] * bool(block["state"])
            pattern = self.paths.shard(block["folder"])
            found += [pattern.format(view=block["view"], shard=s) for s in self.plan.shards()]
        return found + [each["state"] for each in self.looking_for()]

    def looking_for(self) -> list[dict]:
        """What the stage is told of each fitted block that has pictures of what it looks for."""
        return [each for each in self.lecture.filters() if each["state"]]

    def modules(self) -> list[str]:
        """The modules that the stage imports by the names of features."""
        filters = [self.lecture.filter_module(each["name"]) for each in self.looking_for()]
        return [*map(self.module, self.seeing()), *filters]

    def predictions(self) -> list[str]:
        """Of the first trial, a file for each representation."""
        pattern = self.paths.predictions
        names = self.plan.representations
        return [pattern.format(representation=name, **self.trial) for name in names]

    def optional(self) -> dict[str, str]:
        """For each optional table that there is, what tells it from another: its content.

        With it the report is made anew when one is made; none is made for the report.
        """
        paths = {name: Path(self.paths.results, name) for name in OPTIONAL}
        return {
            name: sha256(path.read_bytes()).hexdigest()[:16]
            for name, path in paths.items()
            if path.exists()
        }

    def settings(self) -> dict:
        """The settings of the stage."""
        pattern = {"representation": "{representation}", **self.trial}
        titles = self.lecture.titles()
        parts = zip(self.lecture.places(), self.lecture.sentences(), titles.values(), strict=True)
        return {
            "run": self.paths.run,
            "config": self.plan.config,
            "trial": self.trial,
            "predictions": self.paths.predictions.format(**pattern),
            "blocks": self.blocks(),
            "looks_for": self.looking_for(),
            "titles": self.plan.titles(),
            "optional": self.optional(),
            "lecture": [list(part) for part in parts],
        }
