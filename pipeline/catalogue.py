"""The features and classifiers that there are: the YAML files beside their modules."""

from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


@cache
def features() -> dict[str, dict]:
    """What features/*.yaml say, by the feature's name; see features/__init__.py."""
    return read_folder(ROOT / "features")


@cache
def classifiers() -> dict[str, dict]:
    """What pipeline/classifiers/*.yaml say; see pipeline/classifiers/__init__.py."""
    return read_folder(ROOT / "pipeline/classifiers")


def read_folder(folder: Path) -> dict[str, dict]:
    return {path.stem: read_yaml(path) for path in sorted(folder.glob("*.yaml"))}


def read_yaml(path: Path) -> dict:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it is there
    return yaml.load(path.read_text(encoding="utf-8"), loader)


def is_fitted(feature: str) -> bool:
    return "fit" in features()[feature]


def fit_settings(block: dict) -> dict:
    """Of a block's settings those that its feature's `fit` takes, out of their groups."""
    found: dict = {}
    for key in features()[block["feature"]]["fit"]:
        value = block[key]
        found |= value if isinstance(value, dict) else {key: value}
    return found


def own_settings(block: dict) -> dict:
    """The block's settings that its feature takes for every image."""
    others = {"feature", *features()[block["feature"]].get("fit", ())}
    return {key: value for key, value in block.items() if key not in others}
