"""Read a trained classifier and all that its representation is made with, from the run's files."""

from pathlib import Path

from pipeline.blocks.columns import Block
from pipeline.classifiers.answers import model_of
from pipeline.classifiers.standardizer import Standardizer
from pipeline.prediction.chain import Chain
from pipeline.runtime.store import read_arrays


def read_block(described: dict) -> Block:
    """A block as `recipes.block` describes it, with the contents of the files that it names."""
    settings, state = described["settings"], described["state"]
    contents = {name: Path(settings[name]).read_bytes() for name in described["read"]}
    learned = None if state is None else read_arrays(Path(state))
    return Block(described["feature"], settings, described["stored"], learned, contents)


def read_chain(recipe: dict, classifier: dict, blocks: dict[str, Block] | None = None) -> Chain:
    """The chain of a trained classifier. recipe: see `recipes.recipe`; classifier: its `name` and
    `module`. blocks: those that are read already, by name; others are read.
    """
    arrays, known = read_arrays(Path(recipe["model"])), blocks or {}
    mine = {
        name: known[name] if name in known else read_block(described)
        for name, described in recipe["blocks"].items()
    }
    columns = Standardizer(arrays["mean"], arrays["scale"])
    model = model_of(classifier, arrays)
    return Chain(mine, recipe["views"], columns, classifier["module"], model)
