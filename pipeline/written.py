"""The config of a run as it is written beside its results: whole, and ready to be given again."""

import yaml

from pipeline import catalogue
from pipeline.catalogue import read_yaml
from pipeline.settings import DEFAULT

COMMENT = "# The config of this run, whole. To run it again: snakemake --configfile {}\n"


def as_yaml(config: dict, file: str) -> str:
    """What `file` says, which leads to `config`, a completed one."""
    given = as_given(config)
    text = dumped(given, allow_unicode=True)
    # Line breaks of other scripts are not read as they are written.
    return COMMENT.format(file) + (
        text if yaml.safe_load(text) == given else dumped(given, allow_unicode=False)
    )


def dumped(value: dict, **options: bool) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=None, width=100, **options)


def as_given(config: dict) -> dict:
    """The config that leads to `config`, a completed one, when it is laid over the default.

    What the default has and `config` has not is null. Blocks need none: where no representation
    uses one, it is left out.
    """
    blocks = {
        name: applying(block, catalogue.features()[block["feature"]]["settings"])
        for name, block in config["blocks"].items()
    }
    return {**with_nulls(config, read_yaml(DEFAULT)), "blocks": blocks}


def with_nulls(group: dict, default: dict) -> dict:
    """The group, with null for what the default has beside it."""
    result = dict(group)
    for key, value in default.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = with_nulls(result[key], value)
        else:
            result.setdefault(key, None)
    return result


def applying(settings: dict, rules: dict) -> dict:
    """The settings without those that do not apply: they may not be given."""
    kept = {}
    for key, value in settings.items():
        rule = rules.get(key, {})
        if all(settings[other] in values for other, values in rule.get("only", {}).items()):
            group = rule.get("type") == "object"
            kept[key] = applying(value, rule["properties"]) if group else value
    return kept
