"""Read a trained classifier and all that its representation is made with, from the run's files."""

from pathlib import Path

from pipeline.blocks.columns import Block
from pipeline.classifiers.answers import model_of
from pipeline.classifiers.standardizer import Standardizer
from pipeline.prediction.chain import Chain
from pipeline.runtime.store import read_arrays

HERE = Path()


def read_block(described: dict, root: Path = HERE) -> Block:
    """A block that a recipe describes, with the contents of the files that it names.

    Of its state, the arrays that only tell how fitting went are left out.
    """
    settings, state = described["settings"], described["state"]
    contents = {name: (root / settings[name]).read_bytes() for name in described["read"]}
    learned = None if state is None else read_arrays(root / state)
    if learned is not None:
        learned = {key: each for key, each in learned.items() if key not in described["spent"]}
    return Block(described["feature"], settings, described["stored"], learned, contents)


def read_chain(
    recipe: dict, classifier: dict, blocks: dict[str, Block] | None = None, root: Path = HERE
) -> Chain:
    """The chain of a trained classifier.

    recipe: see `prediction.recipe`. classifier: its `name` and `module`. blocks: those that are
    read already, by name; others are read. root: the folder that paths start in.
    """
    arrays, known = read_arrays(root / recipe["model"]), blocks or {}
    mine = {
        name: known[name] if name in known else read_block(described, root)
        for name, described in recipe["blocks"].items()
    }
    columns = Standardizer(arrays["mean"], arrays["scale"])
    model = model_of(classifier, arrays)
    return Chain(mine, recipe["views"], columns, classifier["module"], model)
