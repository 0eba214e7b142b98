"""The catalogue of all features and classifiers, read from the YAML files beside their modules."""

import hashlib
import json
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, if installed


@cache
def features() -> dict[str, dict]:
    """The contents of features/*.yaml by feature; features/__init__.py explains the keys."""
    return read_folder(ROOT / "features")


@cache
def classifiers() -> dict[str, dict]:
    """The contents of pipeline/classifiers/*.yaml by classifier.

    pipeline/classifiers/__init__.py explains the keys.
    """
    return read_folder(ROOT / "pipeline/classifiers")


def spoken(name: str) -> str:
    """A block's or representation's name as a person writes it: hog_and_color is HOG and color.

    A word that is a feature's name stands as the feature's `title` has it.
    """
    words = name.split("_")
    return " ".join(features().get(word, {}).get("title", word) for word in words)


def read_folder(folder: Path) -> dict[str, dict]:
    return {path.stem: read_yaml(path) for path in sorted(folder.glob("*.yaml"))}


def read_yaml(path: Path) -> dict:
    return yaml.load(path.read_text(encoding="utf-8"), YAML_LOADER)


def is_fitted(feature: str) -> bool:
    """Whether the feature learns something from training images before it can be computed."""
    return "fit" in features()[feature]


def fit_settings(block: dict) -> dict:
    """The settings of a block that its feature's `fit` takes, with groups of settings unpacked."""
    found: dict = {}
    for key in features()[block["feature"]]["fit"]:
        value = block[key]
        found |= value if isinstance(value, dict) else {key: value}
    return found


def own_settings(block: dict) -> dict:
    """The settings of a block that its feature takes for every image: all but those of `fit`."""
    others = {"feature", *features()[block["feature"]].get("fit", ())}
    return {key: value for key, value in block.items() if key not in others}


def state_name(block: dict) -> str:
    """The name of a fitted block's state: its feature, and a digest of the settings of the fit."""
    fitted_with = json.dumps(fit_settings(block), sort_keys=True)
    return f"{block['feature']}-{hashlib.sha256(fitted_with.encode()).hexdigest()[:8]}"
