"""A config turned into jobs: which there are, which files they make, and what each is given."""

import hashlib
import re
from itertools import product
from pathlib import Path

from pipeline import catalogue, settings
from pipeline.blocks.shards import shard_names
from pipeline.blocks.views import views
from pipeline.jobs import as_json
from pipeline.paths import JOBS, Paths
from pipeline.runtime.store import read_json
from pipeline.sources import registry


class Plan:
    def __init__(self, config: dict) -> None:
        """Raises BadInput where the config is at fault."""
        self.config = settings.complete(config)
        data = self.config["data"]
        self.fingerprint = registry.fingerprint(data)
        self.paths = Paths(self.config.get("run") or run_name(data))
        self.blocks = self.config["blocks"]
        self.representations = self.config["representations"]
        self.seeds = self.config["seeds"]
        self.views = views(
            self.config["scales"], self.config["flips"], self.config["average_views"]
        )
        self.fitted = [name for name in self.blocks if catalogue.is_fitted(self.feature(name))]
        self.states = {state_name(self.blocks[name]): self.blocks[name] for name in self.fitted}
        self.alone = {  # the representations that are a single block, and it
            name: blocks[0] for name, blocks in self.representations.items() if len(blocks) == 1
        }
        self.classifiers = [self.classifier(name) for name in self.config["classifiers"]]

    def pattern(self, names) -> str:
        """A regular expression for exactly these names; for none, one that matches nothing."""
        return "|".join(map(re.escape, names)) or r"(?!)"

    # ---- blocks

    def feature(self, block: str) -> str:
        return self.blocks[block]["feature"]

    def computed_with(self, block: str) -> dict:
        """What a block's shards are computed with, but for files."""
        feature = self.feature(block)
        return {
            "feature": feature,
            "settings": catalogue.own_settings(self.blocks[block]),
            "stored": catalogue.features()[feature]["stored"],
        }

    def fitted_with(self, state: str) -> dict:
        block = self.states[state]
        return {"feature": block["feature"], "settings": catalogue.fit_settings(block)}

    def state(self, block: str, seed: int | str = "{seed}") -> str:
        """The state that a fitted block needs; blocks fitted alike share it."""
        return self.paths.state.format(seed=seed, state=state_name(self.blocks[block]))

    def folder(self, block: str, seed: int) -> str:
        """Where a block's shards lie."""
        pattern = self.paths.fitted_block if block in self.fitted else self.paths.plain_block
        return pattern.format(block=block, seed=seed)

    # ---- representations

    def representation(self, name: str, seed: int) -> dict:
        """What a stage needs to read a representation: see `blocks.matrix.Representation`."""
        return {
            "name": name,
            "blocks": [self.folder(block, seed) for block in self.representations[name]],
            "views": self.views,
            "shard_size": self.config["shard_size"],
            "labels": self.paths.labels,
            "classes": self.paths.classes,
            "parts": self.paths.parts.format(seed=seed),
        }

    def files_of(self, name: str, seed: int) -> list[str]:
        """All files of a representation. The images must have been loaded."""
        described = self.representation(name, seed)
        shards = [
            self.paths.shard(folder).format(view=view, shard=shard)
            for folder in described["blocks"]
            for view in self.views
            for shard in self.shards()
        ]
        return [*shards, described["labels"], described["classes"], described["parts"]]

    def shards(self) -> list[str]:
        """The names of every block's shards, known once the images are loaded."""
        n_images = read_json(Path(self.paths.checksum))["n_images"]
        return shard_names(n_images, self.config["shard_size"])

    # ---- classifiers

    def classifier(self, name: str) -> dict:
        """What a stage is told of a classifier: how it is trained, and the values it sweeps."""
        described, sgd = catalogue.classifiers()[name], self.config["sgd"]
        own, grid = sgd.get(name, {}), described.get("grid", {})
        defaults = {k: v.get("default") for k, v in described.get("settings", {}).items()}
        values = {**defaults, **sgd, **own}
        return {
            "name": name,
            "module": described["module"],
            "loss": described["loss"],
            "settings": {key: values[key] for key in defaults if key not in grid.values()},
            "swept": [[setting, values[key]] for setting, key in grid.items()],
            "keys": {  # where the config has the values
                setting: f"sgd.{name}.{key}" if key in own or key in defaults else f"sgd.{key}"
                for setting, key in grid.items()
            },
        }

    def shared_sgd(self) -> dict:
        """The settings of SGD that no classifier sweeps."""
        classifiers = catalogue.classifiers()
        swept = {key for each in classifiers.values() for key in each.get("grid", {}).values()}
        return {k: v for k, v in self.config["sgd"].items() if k not in swept | set(classifiers)}

    def titles(self) -> dict[str, str]:
        """What pictures call the classifiers."""
        return {
            name: catalogue.classifiers()[name]["title"] for name in self.config["classifiers"]
        }

    def modules(self) -> list[str]:
        """The modules that train the classifiers."""
        names = dict.fromkeys(each["module"] for each in self.classifiers)
        return [f"pipeline.classifiers.{name}" for name in names]

    # ---- tables

    def runs(self) -> list[tuple[str, int]]:
        """Every representation with every seed, in the order of the tables."""
        return list(product(self.representations, self.seeds))

    def records(self, kind: str = "{kind}") -> list[str]:
        """The records of a kind of all runs, or patterns of them."""
        return [
            self.paths.records.format(representation=name, seed=seed, kind=kind)
            for name, seed in self.runs()
        ]

    def curves(self) -> dict[str, dict]:
        """For each table of how fitting went its columns, and (block, seed, state) each."""
        found: dict[str, dict] = {}
        for block, seed in product(self.fitted, self.seeds):
            for table, columns in (
                catalogue.features()[self.feature(block)].get("curves", {}).items()
            ):
                entry = found.setdefault(table, {"columns": columns, "states": []})
                entry["states"].append([block, seed, self.state(block, seed)])
        return found

    def ablation(self) -> dict:
        """What the picture of a feature's variants shows, where a config has several, else {}.

        The variants are the representations that are one block of the feature alone.
        """
        for feature, described in catalogue.features().items():
            variants = {n: b for n, b in self.alone.items() if self.feature(b) == feature}
            if "ablation" in described and len(variants) > 1:
                blocks = {name: self.blocks[block] for name, block in variants.items()}
                return {**described["ablation"], "blocks": blocks}
        return {}

    def timings(self) -> dict[str, dict]:
        """For each rule the pattern of the files that tell how long its jobs took.

        And the values that its wildcards take.
        """
        plain = [name for name in self.blocks if name not in self.fitted]
        seed, shard = {"seed": self.seeds}, {"view": self.views, "shard": self.shards()}
        trained = {"representation": list(self.representations), **seed}
        values: dict[str, dict[str, list]] = {
            "load": {},
            "split": seed,
            "compute": {"block": plain, **shard},
            "fit": {"state": list(self.states), **seed},
            "encode": {"block": self.fitted, **seed, **shard},
            "train": trained,
            "score": trained,
        }
        return {
            rule: {"pattern": self.paths.timing(rule), "values": values[rule]} for rule in JOBS
        }

    def timing_files(self) -> list[str]:
        return [
            each["pattern"].format(**dict(zip(each["values"], combination, strict=True)))
            for each in self.timings().values()
            for combination in product(*each["values"].values())
        ]


def run_name(data: str) -> str:
    """The name of the data, without its folder and ending, and with nothing but safe letters.

    A path that is called like a source, as x/photos is, must not share a run with it.
    """
    if data in registry.names():
        return data
    name = re.sub(r"\.(zip|tar|tgz|tar\.gz)$", "", Path(data).resolve().name, flags=re.IGNORECASE)
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip("._-") or "data"
    return f"{safe}_folder" if safe in registry.names() else safe


def state_name(block: dict) -> str:
    """The name of a fitted block's state: its feature, and a digest of what it is fitted with."""
    fitted_with = as_json(catalogue.fit_settings(block))
    return f"{block['feature']}-{hashlib.sha256(fitted_with.encode()).hexdigest()[:8]}"
