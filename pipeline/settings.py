"""A config read, completed and checked: every value in it is used, or refused by name."""

import math
from difflib import get_close_matches

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from features import FITTED
from features.errors import BadInput
from pipeline.code import ROOT


def is_integer(_, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(_, value: object) -> bool:
    return is_integer(_, value) or (isinstance(value, float) and math.isfinite(value))


# JSON Schema would let 8.0 pass for an integer, and nan and infinity for numbers.
TYPES = {"integer": is_integer, "number": is_number}
Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(TYPES),
)


def complete(config: dict) -> dict:
    """The whole configuration: `config`, and config/default.yaml for the keys that it lacks.

    A feature's missing settings become those that config/schema.yaml gives as default. Raises
    BadInput: a key or value that the schema refuses, a block that is used but not described or
    described but not used, a configuration that contradicts itself.
    """
    schema = read_yaml("config/schema.yaml")
    settings = {**read_yaml("config/default.yaml"), **config}
    check_keys(settings, "")
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
    if settings["average_views"] and not settings["flips"] and len(settings["scales"]) == 1:
        raise BadInput(
            "config: average_views: there is one view of each image only; set flips or more "
            "scales, or leave it false"
        )
    idle = {"svm", "softmax"} & set(settings["sgd"]) - set(settings["classifiers"])
    if "sgd" in config and idle:
        name = min(idle)
        raise BadInput(f"config: sgd.{name}: classifiers does not have {name}; add or remove it")
    check_codebooks(blocks)
    return settings | {
        "blocks": {name: blocks[name] for name in blocks if name in used},
        "sgd": {key: value for key, value in settings["sgd"].items() if key not in idle},
    }


def read_yaml(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def with_defaults(block: dict, schema: dict, where: str) -> dict:
    """A block's settings, checked, with the defaults of the schema, one level down as well.

    A setting that does not apply, by the `only` of the schema, is None. Raises BadInput where it
    is given all the same.
    """
    check(block, schema, where)
    filled: dict = {}
    for key, rule in schema["properties"].items():
        value = block.get(key, rule.get("default", rule.get("const")))
        if rule.get("type") == "object":
            value = with_defaults(value, rule, f"{where}{key}.")
        filled[key] = value
    for key, rule in schema["properties"].items():
        for other, values in rule.get("only", {}).items():
            if filled[other] not in values:
                if key in block:
                    raise BadInput(
                        f"config: {where}{key}: applies where {other} is {' or '.join(values)}, "
                        f"but it is {filled[other]}; remove it"
                    )
                filled[key] = None
    return filled


def check_keys(value: object, where: str) -> None:
    """Raise BadInput for a key that YAML does not read as text, such as 1 or yes."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise BadInput(
                    f"config: {where or 'top level'}: the key {key!r} is not text; "
                    f"put it in quotes or remove it"
                )
            check_keys(inner, f"{where}.{key}" if where else key)


def check(value: dict, schema: dict, where: str) -> None:
    """Raise BadInput for what is most wrong with `value`, if anything is."""
    error = best_match(Validator(schema).iter_errors(value))
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
    if error.validator == "pattern":
        return f"{key}: {error.instance!r} is not made of {error.schema['description']}"
    hint = hint_at_type(error)
    if hint and isinstance(error.instance, str) and isinstance(error.absolute_path[-1], int):
        hint = f" (on the command line lists hold text: use a config file){hint}"
    return f"{key}: {error.message}{hint}"


def hint_at_type(error: ValidationError) -> str:
    """What to write instead where YAML takes 2024 for a number, and 1e-5 or "8" for text."""
    if error.validator != "type":
        return ""
    if error.validator_value == "string":
        return "; put it in quotes, on the command line in two pairs: --config \"data='2024'\""
    try:
        value = float(error.instance)
    except (TypeError, ValueError):
        return ""
    if error.validator_value == "integer" and value.is_integer():
        return f"; write {value:.0f}"
    if error.validator_value == "number" and math.isfinite(value):
        mantissa, e, exponent = repr(value).partition("e")
        point = "" if "." in mantissa else ".0"
        return f"; write {mantissa}{point}{e}{int(exponent):+d}" if e else f"; write {mantissa}"
    return ""


def check_codebooks(blocks: dict) -> None:
    for name, block in blocks.items():
        codebook = block.get(FITTED.get(block["feature"], ""))
        if codebook is None:
            continue
        if block["pooling"] == "bilinear" and block["grid"] == 1:
            raise BadInput(
                f"config: blocks.{name}.pooling: a single region shares patches with no other; "
                f"raise grid, or set pooling to even"
            )
        words, patches, neighbours = codebook["words"], codebook["patches"], block["neighbours"]
        if words > patches:
            raise BadInput(
                f"config: blocks.{name}.codebook: {words} words cannot be learned "
                f"from {patches} patches; lower words or raise patches"
            )
        if neighbours is not None and neighbours > words:
            raise BadInput(
                f"config: blocks.{name}.neighbours: {neighbours} are more than the codebook's "
                f"{words} words; lower neighbours or raise words"
            )
