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
        check_needs(f"blocks.{name}", block["feature"], catalogue.features()[block["feature"]])
    for name in config["classifiers"]:
        check_needs("classifiers", name, catalogue.classifiers()[name])


def check_needs(key: str, name: str, described: dict) -> None:
    """The same for one feature or classifier, as its YAML describes it."""
    needs = described.get("needs", {"modules": []})
    missing = [module for module in needs["modules"] if find_spec(module) is None]
    if missing:
        extra = needs["extra"]
        raise refusal(
            key,
            f"{name} needs {' and '.join(missing)}, not installed here; install the extra with: "
            f"pip install -c requirements.lock -e '.[{extra}]'{HINTS.get(extra, '')}",
        )
