"""A config turned into files: where everything of a run lies, and what each job is given.

Paths are strings, relative to the working directory; those with a name in braces are patterns,
filled in by Snakemake.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from features import FITTED
from features.errors import BadInput
from pipeline import settings
from pipeline.image_folder import fingerprint
from pipeline.image_set import views
from pipeline.matrix import shard_path, shard_ranges
from pipeline.source import KNOWN
from pipeline.store import read_json

LECTURE = {
    "initial_loss": "The loss at the start",
    "scale": "What the +1 does, and why scale is free",
    "score_moves": "The hinge is flat, softmax never is",
    "regularization": "Regularisation",
    "search": "How to find W",
    "gradient_check": "Gradient check",
    "learning_rate": "The learning rate",
    "minibatch_noise": "Minibatch noise",
}


class Plan:
    def __init__(self, config: dict) -> None:
        """Check the config; ends the program with one line where it is at fault."""
        try:
            self.config = settings.complete(config)
            data = self.config["data"]
            self.fingerprint = "" if data in KNOWN else fingerprint(Path(data))
        except BadInput as mistake:
            sys.exit(f"error: {mistake}")
        self.run = self.config.get("run") or run_name(self.config["data"])
        self.work, self.results = f"work/{self.run}", f"results/{self.run}"
        self.blocks = self.config["blocks"]
        self.representations = self.config["representations"]
        self.alone = {  # the representations that are a single block, and it
            name: blocks[0] for name, blocks in self.representations.items() if len(blocks) == 1
        }
        self.seeds = self.config["seeds"]
        wanted = self.config
        self.views = views(wanted["scales"], wanted["flips"], wanted["average_views"])
        self.states = {
            state_name(block): block
            for block in self.blocks.values()
            if block["feature"] in FITTED
        }

    def names(self, fitted: bool) -> str:
        """A pattern of the blocks that are fitted, or of those that are not."""
        return (
            "|".join(
                name
                for name, block in self.blocks.items()
                if (block["feature"] in FITTED) == fitted
            )
            or "none"
        )

    def feature(self, block: str) -> str:
        return self.blocks[block]["feature"]

    def module(self, block: str) -> str:
        return f"features.{self.feature(block)}"

    def module_of_state(self, state: str) -> str:
        return f"features.{self.states[state]['feature']}"

    def settings(self, block: str) -> str:
        """What the block's feature is called with for every image (not what it is fitted with)."""
        own = {"feature", FITTED.get(self.feature(block))}
        return as_json({k: v for k, v in self.blocks[block].items() if k not in own})

    def state(self, block: str) -> str:
        """The state that a fitted block needs; blocks fitted alike share it."""
        return f"{self.work}/seed{{seed}}/states/{state_name(self.blocks[block])}.npz"

    def fit_settings(self, state: str) -> str:
        block = self.states[state]
        return as_json(block[FITTED[block["feature"]]])

    def codebooks(self) -> list[tuple[str, int, str]]:
        """Each fitted block with each seed, and the file of its state."""
        return [
            (name, seed, self.state(name).format(seed=seed))
            for name, block in self.blocks.items()
            if block["feature"] in FITTED
            for seed in self.seeds
        ]

    def folder(self, block: str, seed: int) -> str:
        """Where a block's shards lie; a block that is not fitted is the same for all seeds."""
        within = f"seed{seed}/blocks" if self.feature(block) in FITTED else "blocks"
        return f"{self.work}/{within}/{block}"

    def folders(self, representation: str, seed: int) -> list[str]:
        return [self.folder(block, seed) for block in self.representations[representation]]

    def n_images(self, checksum: str) -> int:
        return read_json(Path(checksum))["n_images"]

    def shards(self, representation: str, seed: int, n: int) -> list[str]:
        """The files of a representation of n images."""
        return [
            str(shard_path(f"{folder}/{view}", *limits))
            for folder in self.folders(representation, seed)
            for view in self.views
            for limits in shard_ranges(n, self.config["shard_size"])
        ]

    def bags_of_words(self) -> dict[str, dict]:
        """The representations that are one bag of words alone, and its settings."""
        return {
            name: self.blocks[block]
            for name, block in self.alone.items()
            if self.feature(block) == "bag_of_words"
        }

    def subject(self) -> str:
        """What the lecture measures: the representation of raw pixels alone, or the first."""
        pixels = (n for n, block in self.alone.items() if self.feature(block) == "raw_pixels")
        return next(pixels, next(iter(self.representations)))

    def lecture(self) -> dict[str, str]:
        """The lecture's parts, in order: the name of their files, and their titles."""
        titles = {f"weights_{name}": f"What W looks like: {name}" for name in self.alone}
        return LECTURE | titles

    def part(self, name: str) -> dict[str, str]:
        """What a part of the lecture consists of."""
        return {
            "table": f"{self.results}/lecture/{name}.csv",
            "picture": f"{self.results}/lecture/{name}.svg",
            "sentence": f"{self.work}/lecture/{name}.txt",
        }

    def states_alone(self, representation: str) -> list[str]:
        """The file of the state that a representation of one block needs, if it needs one."""
        block = self.alone[representation]
        needed = self.feature(block) in FITTED
        return [self.state(block).format(seed=self.seeds[0])] if needed else []

    def records(self) -> list[str]:
        """The folders of all results, in the order of the tables."""
        return [
            f"{self.work}/seed{seed}/results/{representation}"
            for representation in self.representations
            for seed in self.seeds
        ]

    def timings(self, n: int) -> dict[str, list[str]]:
        """The files that tell how long the jobs of each rule took, for n images."""
        ranges = shard_ranges(n, self.config["shard_size"])
        shards = [f"{view}-{start}-{stop}" for view in self.views for start, stop in ranges]
        fitted = [name for name in self.blocks if self.feature(name) in FITTED]
        seeds = [f"seed{seed}" for seed in self.seeds]
        trained = [f"{name}-{seed}" for name in self.representations for seed in seeds]
        jobs = {
            "load": [""],
            "split": seeds,
            "extract": [f"{b}-{s}" for b in self.blocks if b not in fitted for s in shards],
            "fit": [f"{state}-{seed}" for state in self.states for seed in seeds],
            "encode": [f"{b}-{seed}-{s}" for b in fitted for seed in seeds for s in shards],
            "train": trained,
            "score": trained,
        }
        return {
            rule: [f"{self.work}/timing/{rule}-{name}.json" for name in names]
            for rule, names in jobs.items()
        }


def run_name(data: str) -> str:
    """The name of the data, without its folder and ending, and with nothing but safe letters."""
    name = re.sub(r"\.(zip|tar|tgz|tar\.gz)$", "", Path(data).resolve().name, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip("._-") or "data"


def state_name(block: dict) -> str:
    """The name of a fitted block's state: its feature, and a digest of what it is fitted with."""
    fitted_with = as_json(block[FITTED[block["feature"]]])
    return f"{block['feature']}-{hashlib.sha256(fitted_with.encode()).hexdigest()[:8]}"


def as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True)
