"""One trained model as a description, in JSON, and arrays: all that predictions need."""

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np

from pipeline.blocks.columns import Block
from pipeline.classifiers.standardizer import Standardizer
from pipeline.images.parts import VALIDATION
from pipeline.prediction.chain import Chain
from pipeline.prediction.choice import Wish, chosen, validated
from pipeline.prediction.confidence import probabilities, threshold
from pipeline.prediction.recipe import recipe
from pipeline.prediction.trained import read_chain
from pipeline.runtime.store import ArrayFile, read_arrays, read_json

FORMAT = 1  # of descriptions and arrays: changes where an older project could not read them
PACKAGES = ("numpy", "scipy", "numba", "pillow")

Packed = tuple[dict, dict[str, np.ndarray]]


def packed(models: dict, root: Path, wish: Wish) -> Packed:
    """The best model of a run that fits a wish; models, wish: see `choice.chosen`.

    The description says, in JSON: format; representation, classifier, trial; classes; form,
    rows and cols, see `framing.Frame`; views; blocks, as `Block` has them, with the names of the
    arrays of state and contents; module, that of the classifier; temperature and threshold, see
    `confidence`; validation, how many images these two are fitted on, and how many of them are
    right; versions. Raises BadInput, and OSError where a file is gone.
    """
    representation, name, trial = chosen(models, root, wish)
    made_of = recipe(models, representation, trial)
    told = {"name": name, "module": models["classifiers"][name]}
    chain, arrays = read_chain(made_of, told, root=root), dict[str, np.ndarray]()
    rows, cols, _ = ArrayFile(root / models["images"]).shape[1:]
    description = {
        "format": FORMAT,
        "representation": representation,
        "classifier": name,
        "trial": trial,
        "module": told["module"],
        "classes": read_json(root / models["classes"]),
        "form": {**read_json(root / models["form"]), "rows": rows, "cols": cols},
        "views": models["views"],
        "blocks": [pack(i, *named, arrays) for i, named in enumerate(chain.blocks.items())],
        **relied_on(read_arrays(root / made_of["predictions"]), name),
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
    }
    arrays |= {"mean": chain.standardizer.mean, "scale": chain.standardizer.scale}
    return description, arrays | {f"model.{key}": each for key, each in chain.model.items()}


def relied_on(kept: dict[str, np.ndarray], classifier: str) -> dict:
    """Temperature and threshold, and what the validation images say; kept: what `score` wrote."""
    y, predicted = validated(kept, classifier)
    scores, temperature = kept[f"{classifier}.scores"], float(kept[f"{classifier}.temperature"])
    found = probabilities(scores, temperature)[kept["part"] == VALIDATION].max(axis=1)
    right = predicted == y
    return {
        "temperature": temperature,
        "threshold": threshold(found, right),
        "validation": {"n": len(y), "right": int(right.sum())},
    }


def pack(number: int, name: str, block: Block, arrays: dict[str, np.ndarray]) -> dict:
    """A block's description; what it is made of is added to `arrays`."""
    state, contents = block.state, block.contents
    for key, each in (state or {}).items():
        arrays[f"block{number}.state.{key}"] = each
    for key, data in contents.items():
        arrays[f"block{number}.contents.{key}"] = np.frombuffer(data, np.uint8)
    return {
        "name": name,
        "feature": block.feature,
        # Where a file lay is nobody's business; its contents are among the arrays.
        "settings": {k: None if k in contents else v for k, v in block.settings.items()},
        "stored": block.stored,
        "state": None if state is None else sorted(state),
        "contents": sorted(contents),
    }


def unpacked(description: dict, arrays: dict[str, np.ndarray]) -> Chain:
    """The chain of a packed model. Raises nearly anything where it is damaged."""
    described = enumerate(description["blocks"])
    blocks = {each["name"]: unpack(i, each, arrays) for i, each in described}
    start = "model."
    model = {key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)}
    columns = Standardizer(arrays["mean"], arrays["scale"])
    return Chain(blocks, description["views"], columns, description["module"], model)


def unpack(number: int, described: dict, arrays: dict[str, np.ndarray]) -> Block:
    name, keys = f"block{number}", described["state"]
    state = None if keys is None else {key: arrays[f"{name}.state.{key}"] for key in keys}
    contents = {key: arrays[f"{name}.contents.{key}"].tobytes() for key in described["contents"]}
    settings, stored = described["settings"], described["stored"]
    return Block(described["feature"], settings, stored, state, contents)
