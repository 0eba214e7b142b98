"""Lays configs over each other: a key changes just what it names, and null removes it.

Groups are merged key by key; lists, numbers and text are replaced. A block is merged with the
block of its name where the feature is the same or not given, and is a new one otherwise. Within a
block null is a value like any other: it turns whitening off.
"""

from difflib import get_close_matches

from pipeline.plain import SHOWN, cut, few, refusal

NAMED_BY_USERS = ("blocks.", "representations.", "splits.")  # the keys in them are no fixed ones


def lay_over(below: dict, above: dict, where: str = "") -> dict:
    """`below` with what `above` changes. What null removes is null in it: see `without_nulls`.

    where: the start of the config keys of this group, such as "sgd.". Raises BadInput for a group
    that changes nothing, and for a null that names nothing.
    """
    result = dict(below)
    for key, value in above.items():
        old = below.get(key)
        if value == {} and isinstance(old, dict):
            wrong = "{} changes nothing; say in it what is to change, or remove it"
            raise refusal(f"{where}{key}", wrong)
        if value is None and old is None and where in NAMED_BY_USERS:
            raise refusal(f"{where}{key}", nothing_to_remove(key, below))
        if isinstance(value, dict):
            group = old if isinstance(old, dict) else {}
            if where == "blocks.":
                value = block_over(group, value)
            else:
                value = lay_over(group, value, f"{where}{key}.")
        result[key] = value
    return result


def nothing_to_remove(name: str, group: dict) -> str:
    """What is wrong with a null for a name that the group does not have."""
    names = [key for key, value in group.items() if value is not None]
    close = get_close_matches(cut(name, SHOWN), names, n=1)
    advice = f"did you mean {close[0]!r}?" if close else f"there are {few(names) or 'none'}"
    return f"null removes what has this name, but nothing has; {advice}"


def block_over(below: dict, above: dict) -> dict:
    """A block, `below`, with what `above` changes in it."""
    same = above.get("feature", below.get("feature")) == below.get("feature")
    return values_over(below, above) if same else above


def values_over(below: dict, above: dict) -> dict:
    """`below` with all values of `above`, null among them; groups key by key."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            value = values_over(old, value)
        result[key] = value
    return result


def in_order(group: dict, first: dict) -> dict:
    """The group with the keys of `first` in front, so that rows of tables keep their places."""
    return {key: group[key] for key in [*first, *group] if key in group}


def without_nulls(settings: dict, rules: dict, where: str = "") -> dict:
    """The settings without those that null removed, and without groups that this left empty.

    rules: their JSON Schema. Raises BadInput for a key that cannot be missing. A null whose key
    the schema does not know stays: the check by the schema says what is wrong with the key.
    """
    kept = {}
    for key, value in settings.items():
        needed = key in rules.get("required", ())
        known = rules.get("properties", {}).get(key, rules.get("additionalProperties"))
        if value and isinstance(value, dict) and isinstance(known, dict) and where != "blocks.":
            value = without_nulls(value, known, f"{where}{key}.") or ({} if needed else None)
        if value is None and needed:
            wrong = "null removes it, but a run needs it; give it a value or remove the key"
            raise refusal(f"{where}{key}", wrong)
        if value is not None or not known:
            kept[key] = value
    return kept
