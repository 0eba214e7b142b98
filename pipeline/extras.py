"""Features and classifiers that stand on packages which not everybody has: those of an extra."""

from importlib.util import find_spec

from pipeline import catalogue
from pipeline.plain import refusal

HINTS = {
    "deep": "; where there is no GPU, PyTorch's wheels for processors alone take a tenth of the "
    "room: see README.md"
}


def check_installed(config: dict) -> None:
    """Raise BadInput for a block or classifier whose packages are not installed."""
    for name, block in config["blocks"].items():
        feature = block["feature"]
        for needs in needs_of(catalogue.features()[feature], block):
            check_needs(f"blocks.{name}", feature, needs)
    for name in config["classifiers"]:
        for needs in needs_of(catalogue.classifiers()[name], {}):
            check_needs("classifiers", name, needs)


def needs_of(described: dict, settings: dict) -> list[dict]:
    """What a feature or classifier needs with these settings, as its YAML describes it."""
    needs = described.get("needs", [])
    return [
        each
        for each in (needs if isinstance(needs, list) else [needs])
        if all(settings[key] in values for key, values in each.get("where", {}).items())
    ]


def check_needs(key: str, name: str, needs: dict) -> None:
    """The same for the packages of one extra."""
    missing = [module for module in needs["modules"] if find_spec(module) is None]
    if missing:
        extra = needs["extra"]
        raise refusal(
            key,
            f"{name} needs {' and '.join(missing)}, not installed here; install the extra with: "
            f"pip install -c requirements.lock -e '.[{extra}]'{HINTS.get(extra, '')}",
        )
