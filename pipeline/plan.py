"""The plan of a run: which jobs a config leads to, which files they make, what each is given.

Words used here: a block is a group of feature columns, stored in shards, which are files with
some of its rows. A state is what a feature learned from training images, such as a codebook. A
representation is a list of blocks side by side. A record is a table of what one job found out.
"""

import re
from itertools import product
from pathlib import Path

from features.errors import BadInput
from pipeline import catalogue, pairing, settings
from pipeline.blocks.shards import shard_names
from pipeline.blocks.views import views
from pipeline.extras import check_installed
from pipeline.jobs import as_json
from pipeline.names import run_name
from pipeline.origin import located
from pipeline.paths import Paths
from pipeline.plain import LONGEST_MESSAGE, cut, refusal, shown_path
from pipeline.runtime.store import read_json
from pipeline.setting_files import check_files, stamps
from pipeline.sources import registry
from pipeline.sources.fingerprint import of_table
from pipeline.trials import Trial, trial_name, trial_values, trials

MOST_RUNS = 10_000  # pairs of a representation and a trial
COMMAND = 90_000  # characters of a command's options, before quoting: a system takes 128 KiB


class Plan:
    """All that the rules of the workflow need to know of a config."""

    def __init__(self, *configs: dict) -> None:
        """Check and complete the configs; raise BadInput where one is wrong."""
        self.config = settings.complete(*configs)
        check_installed(self.config)
        check_files(self.config["blocks"])
        data = self.config["data"] = located(self.config["data"])
        try:
            self.reading = self.reading_options(data)
            verify = self.config["verify_data"]
            self.fingerprint = registry.fingerprint(data, verify)
            self.fingerprint += of_table(data, self.reading, verify)
        except BadInput as mistake:
            raise BadInput(cut(str(mistake), LONGEST_MESSAGE)) from None
        self.trial_values = trial_values(self.config)
        self.trials = trials(self.trial_values)
        name = self.config.get("run") or run_name(data)
        self.paths = Paths(name, trial_name(self.trial_values))
        self.blocks = self.config["blocks"]
        self.files_read = {name: stamps(self.blocks[name], verify) for name in self.blocks}
        self.representations = self.config["representations"]
        self.seeds = self.config["seeds"]
        self.views = views(
            self.config["scales"], self.config["flips"], self.config["average_views"]
        )
        self.fitted = [name for name in self.blocks if catalogue.is_fitted(self.feature(name))]
        self.states = {
            catalogue.state_name(self.blocks[name]): self.blocks[name] for name in self.fitted
        }
        self.alone = {  # the representations of a single block, and that block
            name: blocks[0] for name, blocks in self.representations.items() if len(blocks) == 1
        }
        sgd, names = self.config["sgd"], self.config["classifiers"]
        self.classifiers = [pairing.told(name, sgd) for name in names]
        self.pairs = pairing.pairs(self.config)
        self.check_size()

    def check_size(self) -> None:
        """Raise BadInput for a config of so many runs that no command could name them all."""
        n, twice = len(self.representations) * len(self.trials), [self.config] * 2  # as `account`
        if (
            n > MOST_RUNS
            or len(as_json([self.records(), self.curves(), self.knows(), twice])) > COMMAND
        ):
            folds = f" of {self.config['folds']} folds" if "folds" in self.config else ""
            raise refusal(
                "top level",
                f"{len(self.representations):,} representations and {len(self.seeds):,} seeds"
                f"{folds} are too much for one run; divide them among several configs, each with "
                "its own run",
            )

    def trial(self, wildcards) -> Trial:
        """The trial that a job with these wildcards belongs to."""
        return {name: wildcards[name] for name in self.trial_values}

    def drawing(self) -> dict:
        """The settings that the parts of images are drawn with."""
        keys = "test_fraction", "folds", "validation_fraction", "duplicates"
        return {key: self.config[key] for key in keys if key in self.config}

    def reading_options(self, data: str) -> dict:
        """The keys on how data is understood. Raises BadInput for those that do not apply."""
        given = {key: self.config[key] for key in registry.OPTIONS if key in self.config}
        for key in given:
            if key not in registry.options(data):
                raise refusal(key, f"does not apply to data {shown_path(data)}; remove it")
        return given

    def pattern(self, names) -> str:
        """A regular expression for exactly these names; for none, one that matches nothing."""
        return "|".join(map(re.escape, names)) or r"(?!)"

    # ---- blocks

    def feature(self, block: str) -> str:
        return self.blocks[block]["feature"]

    def computed_with(self, block: str) -> dict:
        """The settings that the shards of a block are computed with."""
        feature, files = self.feature(block), self.files_read[block]
        return {
            "feature": feature,
            "settings": catalogue.own_settings(self.blocks[block]),
            "stored": catalogue.features()[feature]["stored"],
            **({"read": files} if files else {}),
        }

    def fitted_with(self, state: str) -> dict:
        """The settings that a state is fitted with."""
        block = self.states[state]
        feature = block["feature"]
        return {
            "feature": feature,
            "settings": catalogue.fit_settings(block),
            "resumes": catalogue.features()[feature].get("resumes", False),
        }

    def state(self, block: str, trial: Trial) -> str:
        """The file of the state that a fitted block needs; blocks with equal fits share it.

        Fits are equal where feature and settings of the fit are.
        """
        return self.paths.state.format(**trial, state=catalogue.state_name(self.blocks[block]))

    def folder(self, block: str, trial: Trial) -> str:
        """The folder that the shards of a block lie in."""
        pattern = self.paths.fitted_block if block in self.fitted else self.paths.plain_block
        return pattern.format(block=block, **trial)

    # ---- representations

    def representation(self, name: str, trial: Trial) -> dict:
        """What a stage needs to read a representation: see `blocks.matrix.Representation`."""
        return {
            "name": name,
            "blocks": [self.folder(block, trial) for block in self.representations[name]],
            "views": self.views,
            "shard_size": self.config["shard_size"],
            "labels": self.paths.labels,
            "classes": self.paths.classes,
            "parts": self.paths.parts.format(**trial),
            "images": self.paths.images,
        }

    def files_of(self, name: str, trial: Trial) -> list[str]:
        """All files that a representation is read from; known once the images are loaded."""
        described = self.representation(name, trial)
        shards = [
            self.paths.shard(folder).format(view=view, shard=shard)
            for folder in described["blocks"]
            for view in self.views
            for shard in self.shards()
        ]
        return [*shards, described["labels"], described["classes"], described["parts"]]

    def shards(self) -> list[str]:
        """The names of the shards, the same for all blocks; known once the images are loaded."""
        n_images = read_json(Path(self.paths.checksum))["n_images"]
        return shard_names(n_images, self.config["shard_size"])

    # ---- classifiers

    def paired(self, representation: str) -> list[dict]:
        """What a stage is told of the classifiers that are trained on a representation."""
        return [each for each in self.classifiers if each["name"] in self.pairs[representation]]

    def swept(self) -> list[str]:
        """The names of what varies in any classifier's grid; each is a column of the tables."""
        return pairing.swept(self.classifiers)

    def shared_sgd(self) -> dict:
        """The settings of SGD that are in no classifier's grid, such as the number of epochs."""
        return pairing.shared(self.config["sgd"])

    def knows(self) -> dict[str, dict[str, str]]:
        """What each classifier on each representation knows beside the image."""
        return {
            name: {each: pairing.knows(blocks, self.blocks, each) for each in self.pairs[name]}
            for name, blocks in self.representations.items()
        }

    def titles(self) -> dict[str, str]:
        """The classifiers' names as pictures show them."""
        return {
            name: catalogue.classifiers()[name]["title"] for name in self.config["classifiers"]
        }

    def modules(self, representation: str) -> list[str]:
        """The modules that train the classifiers on a representation, each once."""
        names = dict.fromkeys(each["module"] for each in self.paired(representation))
        return [f"pipeline.classifiers.{name}" for name in names]

    # ---- tables

    def runs(self) -> list[tuple[str, Trial]]:
        """Every pair of a representation and a trial, in the order of the tables."""
        return list(product(self.representations, self.trials))

    def records(self, kind: str = "{kind}") -> list[str]:
        """The files of all records of a kind; without a kind, patterns that leave it open."""
        return [
            self.paths.records.format(representation=name, **trial, kind=kind)
            for name, trial in self.runs()
        ]

    def majorities(self) -> list[str]:
        """The files of the accuracies of always answering the largest class."""
        return [self.paths.majority.format(**trial) for trial in self.trials]

    def curves(self) -> dict[str, dict]:
        """The tables that show how fitting went, by name, such as "codebook".

        columns: arrays of a state, with one number for each iteration. states: a list of
        [block, seed, file of the state], with folds of [block, seed, fold, file of the state].
        """
        found: dict[str, dict] = {}
        for block, trial in product(self.fitted, self.trials):
            for table, columns in (
                catalogue.features()[self.feature(block)].get("curves", {}).items()
            ):
                entry = found.setdefault(table, {"columns": columns, "states": []})
                entry["states"].append([block, *trial.values(), self.state(block, trial)])
        return found

    def ablation(self) -> dict:
        """What the picture that compares variants of a feature shows; {} without several.

        Variants are representations that consist of a single block, all of the same feature.
        """
        for feature, described in catalogue.features().items():
            variants = {n: b for n, b in self.alone.items() if self.feature(b) == feature}
            if "ablation" in described and len(variants) > 1:
                blocks = {name: self.blocks[block] for name, block in variants.items()}
                return {**described["ablation"], "blocks": blocks}
        return {}
