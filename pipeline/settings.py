"""Completes a config with defaults, and checks it before anything is computed.

Every value that a config gives is used, or refused with a message that names its key.
"""

from pipeline import catalogue
from pipeline.catalogue import ROOT, read_yaml
from pipeline.checking import check
from pipeline.paths import MAJORITY
from pipeline.plain import brief, few, plain, refusal


def complete(config: dict) -> dict:
    """The whole configuration: `config`, and config/default.yaml for the keys that it lacks.

    Settings of a feature that are missing become the defaults of its YAML. Raises BadInput for a
    key or value that is not allowed, for a block that is used but not described or described but
    not used, and for a configuration that contradicts itself.
    """
    settings = plain({**read_yaml(ROOT / "config/default.yaml"), **config})
    check(settings, schema(), "")
    blocks = {
        name: complete_block(block, f"blocks.{name}.")
        for name, block in settings["blocks"].items()
    }
    if MAJORITY in settings["representations"]:
        raise refusal(
            f"representations.{MAJORITY}",
            "tables call always answering the largest class so; give it another name",
        )
    if "folds" in settings:
        check_folds(settings, given="test_fraction" in config)
        del settings["test_fraction"]
    used = {name for names in settings["representations"].values() for name in names}
    check_used(settings["representations"], blocks, used, given="blocks" in config)
    if settings["average_views"] and not settings["flips"] and len(settings["scales"]) == 1:
        raise refusal(
            "average_views",
            "there is one view of each image only; set flips or more scales, or leave it false",
        )
    idle = set(catalogue.classifiers()) & set(settings["sgd"]) - set(settings["classifiers"])
    if "sgd" in config and idle:
        name = min(idle)
        raise refusal(f"sgd.{name}", f"classifiers does not have {name}; add or remove it")
    return settings | {
        "blocks": {name: blocks[name] for name in blocks if name in used},
        "sgd": {key: value for key, value in settings["sgd"].items() if key not in idle},
    }


def schema() -> dict:
    """The JSON Schema of a config: config/schema.yaml, with all features and classifiers added."""
    found = read_yaml(ROOT / "config/schema.yaml")
    properties = found["properties"]
    block = properties["blocks"]["additionalProperties"]
    block["properties"] = {"feature": {"enum": list(catalogue.features())}}
    properties["classifiers"]["items"] = {"enum": list(catalogue.classifiers())}
    shared = properties["sgd"]["properties"]
    own = {
        name: own_schema(described, shared) for name, described in catalogue.classifiers().items()
    }
    properties["sgd"]["properties"] = shared | own
    return found


def own_schema(classifier: dict, shared: dict) -> dict:
    """The JSON Schema of sgd.<classifier>: its own settings, and values of sgd for it alone."""
    settings = classifier.get("settings", {})
    swept = classifier.get("grid", {}).values()
    of_sgd = {key: shared[key] for key in swept if key in shared}
    return object_of(of_sgd | settings) | {"minProperties": 1}


def object_of(properties: dict) -> dict:
    """The JSON Schema of an object that may have these properties and no others."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


def complete_block(block: dict, where: str) -> dict:
    """A block's settings, checked, with the defaults of its feature's YAML. Raises BadInput.

    where: the start of the config keys that messages name, such as "blocks.hog.".
    """
    feature = catalogue.features()[block["feature"]]
    own = {key: value for key, value in block.items() if key != "feature"}
    filled = with_defaults(own, object_of(feature["settings"]), where)
    check_limits(filled, feature["settings"], filled, where)
    for condition in feature.get("conditions", ()):
        check_condition(filled, condition, where)
    return {"feature": block["feature"], **filled}


def with_defaults(block: dict, rules: dict, where: str) -> dict:
    """A block's settings, checked and completed; groups of settings inside it as well.

    rules: a JSON Schema with defaults. A setting may have `only`: the values of other settings
    for which it applies. Where it does not apply it becomes None; BadInput if it is given anyway.
    """
    check(block, rules, where)
    filled: dict = {}
    for key, rule in rules["properties"].items():
        value = block.get(key, rule.get("default"))
        if rule.get("type") == "object":
            value = with_defaults(value, rule, f"{where}{key}.")
        filled[key] = value
    for key, rule in rules["properties"].items():
        for other, values in rule.get("only", {}).items():
            if filled[other] not in values:
                if key in block:
                    wanted = " or ".join(map(str, values))
                    raise refusal(
                        f"{where}{key}",
                        f"applies where {other} is {wanted}, but it is {filled[other]}; remove it",
                    )
                filled[key] = None
    return filled


def check_limits(settings: dict, rules: dict, whole: dict, where: str) -> None:
    """Raise BadInput for a number larger than the setting that limits it, its `at_most`.

    settings, rules: a group of settings and its rules. whole: all settings of the block.
    """
    for key, rule in rules.items():
        if rule.get("type") == "object":
            check_limits(settings[key], rule["properties"], whole, f"{where}{key}.")
        elif "at_most" in rule and settings[key] is not None:
            limit = at(whole, rule["at_most"])
            if limit is not None and settings[key] > limit:
                name = rule["at_most"].rpartition(".")[2]
                raise refusal(
                    f"{where}{key}",
                    f"{settings[key]} is more than {rule['at_most']}, which is {limit}; "
                    f"lower {key} or raise {name}",
                )


def check_condition(settings: dict, condition: dict, where: str) -> None:
    """Raise BadInput for values that exclude each other by a condition of the feature's YAML."""
    if not all(at(settings, key) in values for key, values in condition["where"].items()):
        return
    for key, values in condition["allowed"].items():
        value = at(settings, key)
        if value not in values:
            given = ", ".join(f"{k} is {at(settings, k)}" for k in condition["where"])
            allowed = " or ".join(map(str, values))
            raise refusal(
                f"{where}{key}",
                f"is {value}, but {given}, and {condition['why']}; set it to {allowed}, or "
                f"change {next(iter(condition['where']))}",
            )


def at(settings: dict, path: str):
    """The value of the setting at a path such as "codebook.words"."""
    for key in path.split("."):
        settings = settings[key]
    return settings


def check_folds(settings: dict, given: bool) -> None:
    """Raise BadInput where a share of test images is `given` beside folds, which are shares."""
    if given:
        n, fraction = settings["folds"], settings["test_fraction"]
        raise refusal(
            "folds",
            f"each of {n} folds is the test part once, but test_fraction is given as well "
            f"({fraction}); remove one of them",
        )


def check_used(representations: dict, blocks: dict, used: set[str], given: bool) -> None:
    """Raise BadInput for a block that a representation uses but that does not exist.

    given: whether the config lists the blocks itself; an unused block is then a mistake as well.
    """
    for name in sorted(used - set(blocks)):
        where = next(key for key, names in representations.items() if name in names)
        raise refusal(
            f"representations.{where}",
            f"no block is called {brief(name)}; blocks has {few(list(blocks))}",
        )
    unused = sorted(set(blocks) - used)
    if given and unused:
        raise refusal(
            f"blocks.{unused[0]}", "no representation uses it; name it in one or remove it"
        )
