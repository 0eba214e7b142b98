"""Checks a part of a config by a JSON Schema; a mistake is refused in one line.

The line says which key is meant, what is wrong with its value, and what is allowed.
"""

import math
from difflib import get_close_matches

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from pipeline.names import is_name
from pipeline.plain import SHOWN, brief, cut, few, refusal

TOO_MANY = {"maxLength": "characters", "maxItems": "entries", "maxProperties": "entries"}


def is_integer(_, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(_, value: object) -> bool:
    return is_integer(_, value) or (isinstance(value, float) and math.isfinite(value))


# Stricter than JSON Schema, which takes 8.0 for an integer, and nan and infinity for numbers.
TYPES = {"integer": is_integer, "number": is_number}
FORMATS = FormatChecker(())
FORMATS.checks("name")(lambda value: not isinstance(value, str) or is_name(value))
Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(TYPES),
)


def check(value: dict, schema: dict, where: str) -> None:
    """Raise BadInput where `value` breaks the schema; it names the gravest mistake only.

    value: as `plain` has copied it. where: the start of its keys, such as "blocks.hog.".
    """
    validator = Validator(schema, format_checker=FORMATS)
    error = best_match(validator.iter_errors(value))
    if error is not None:
        key = where + ".".join(map(str, error.absolute_path))
        raise refusal(key.rstrip(".") or "top level", explain(error))


def explain(error: ValidationError) -> str:
    """What is wrong, and what is allowed."""
    value = brief(error.instance)
    if error.validator == "additionalProperties" and error.validator_value is False:
        return explain_unknown(error)
    if error.validator in ("pattern", "format"):
        return f"{value} is not made of {error.schema['description']}"
    if error.validator in TOO_MANY:
        most = f"{error.validator_value:,} {TOO_MANY[error.validator]}"
        return f"{value} has more than {most}, which are the most"
    message = error.message.replace(repr(error.instance), value)
    return message + hint(error)


def explain_unknown(error: ValidationError) -> str:
    """What is wrong with a key that the schema does not have."""
    allowed = list(error.schema["properties"])
    unknown = min(set(error.instance) - set(allowed))
    close = get_close_matches(cut(unknown, SHOWN), allowed, n=1)
    advice = f"did you mean {close[0]!r}?" if close else f"allowed are {few(allowed)}"
    return f"unknown key {brief(unknown)}; {advice}"


def hint(error: ValidationError) -> str:
    """Advice on how to write a value that YAML reads as another type, or "".

    YAML reads 2024 as a number where text is wanted, and 1e-5 or "8" as text.
    """
    if error.validator != "type":
        return ""
    if error.validator_value == "string":
        return "; put it in quotes, on the command line like this: --config data=\"'2024'\""
    spelling = spelled(error.instance, error.validator_value)
    return f"; write {spelling}" if spelling else ""


def spelled(value: object, kind: object) -> str:
    """How YAML wants a number of this kind to be written, or "" where value is none."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return ""
    if kind == "integer" and number.is_integer() and abs(number) < 1e15:
        return f"{number:.0f}"
    if kind == "number" and math.isfinite(number):
        mantissa, e, exponent = repr(number).partition("e")
        point = "" if "." in mantissa else ".0"
        return f"{mantissa}{point}{e}{int(exponent):+d}" if e else mantissa
    return ""
