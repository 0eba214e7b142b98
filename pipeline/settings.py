"""A config read, completed and checked: every value in it is used, or refused by name."""

from difflib import get_close_matches

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from features import FITTED
from features.errors import BadInput
from pipeline.code import ROOT


def complete(config: dict) -> dict:
    """The whole configuration: `config`, and config/default.yaml for the keys that it lacks.

    A feature's missing settings become those that config/schema.yaml gives as default. Raises
    BadInput: a key or value that the schema refuses, a block that is used but not described or
    described but not used, a configuration that contradicts itself.
    """
    schema = read_yaml("config/schema.yaml")
    settings = {**read_yaml("config/default.yaml"), **config}
    check(settings, schema, "")
    blocks = {
        name: with_defaults(block, schema["$defs"][block["feature"]], f"blocks.{name}.")
        for name, block in settings["blocks"].items()
    }
    used = {block for blocks in settings["representations"].values() for block in blocks}
    for name in used - set(blocks):
        where = next(key for key, names in settings["representations"].items() if name in names)
        raise BadInput(
            f"config: representations.{where}: no block is called {name!r}; "
            f"blocks has {', '.join(blocks)}"
        )
    if "blocks" in config and set(blocks) - used:
        name = sorted(set(blocks) - used)[0]
        raise BadInput(
            f"config: blocks.{name}: no representation uses it; name it in one or remove it"
        )
    check_codebooks(blocks)
    return {**settings, "blocks": {name: blocks[name] for name in blocks if name in used}}


def read_yaml(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def with_defaults(block: dict, schema: dict, where: str) -> dict:
    """A block's settings, checked, with the defaults of the schema, one level down as well."""
    check(block, schema, where)
    filled = {}
    for key, rule in schema["properties"].items():
        value = block.get(key, rule.get("default", rule.get("const")))
        filled[key] = with_defaults(value, rule, "") if rule.get("type") == "object" else value
    return filled


def check(value: dict, schema: dict, where: str) -> None:
    """Raise BadInput for what is most wrong with `value`, if anything is."""
    error = best_match(Draft202012Validator(schema).iter_errors(value))
    if error is not None:
        raise BadInput(f"config: {explain(error, where)}")


def explain(error: ValidationError, where: str) -> str:
    """One line: which key, what is wrong, what is allowed."""
    key = where + ".".join(map(str, error.absolute_path))
    key = key.rstrip(".") or "top level"
    if error.validator == "additionalProperties" and error.validator_value is False:
        allowed = list(error.schema["properties"])
        unknown = sorted(set(error.instance) - set(allowed))[0]
        close = get_close_matches(unknown, allowed, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"allowed are {', '.join(allowed)}"
        return f"{key}: unknown key {unknown!r}; {hint}"
    return f"{key}: {error.message}"


def check_codebooks(blocks: dict) -> None:
    for name, block in blocks.items():
        codebook = block.get(FITTED.get(block["feature"], ""))
        if codebook and codebook["words"] > codebook["patches"]:
            raise BadInput(
                f"config: blocks.{name}.codebook: {codebook['words']} words cannot be learned "
                f"from {codebook['patches']} patches; lower words or raise patches"
            )
