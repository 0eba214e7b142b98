"""Completes a config with defaults, and checks it before anything is computed.

Every value that a config gives is used, or refused with a message that names its key.
"""

from pipeline import catalogue
from pipeline.catalogue import ROOT, read_yaml
from pipeline.checking import check
from pipeline.merging import in_order, lay_over, values_over, without_nulls
from pipeline.paths import MAJORITY
from pipeline.plain import brief, few, plain, refusal

DEFAULT = ROOT / "config/default.yaml"


def complete(*configs: dict) -> dict:
    """The whole configuration: config/default.yaml, and each of the configs laid over it in turn.

    Settings of a feature that are missing become the defaults of its YAML. Raises BadInput for a
    key or value that is not allowed, for a block that is used but not described or described but
    not used, and for a configuration that contradicts itself.
    """
    default, rules = read_yaml(DEFAULT), schema()
    settings = plain(default)
    given: dict = {}  # what the configs say themselves
    for config in map(plain, configs):
        settings, given = lay_over(settings, config), values_over(given, config)
    settings = without_nulls(settings, rules)
    check(settings, rules, "")
    for group in ("blocks", "representations"):
        settings[group] = in_order(settings[group], default[group])
    own = given.get("blocks") or {}
    blocks = {
        name: complete_block(block, own.get(name) or {}, f"blocks.{name}.")
        for name, block in settings["blocks"].items()
    }
    if MAJORITY in settings["representations"]:
        raise refusal(
            f"representations.{MAJORITY}",
            "tables call always answering the largest class so; give it another name",
        )
    if "folds" in settings:
        check_folds(settings, given=given.get("test_fraction") is not None)
        settings.pop("test_fraction", None)
    elif "test_fraction" not in settings:
        raise refusal("test_fraction", "null removes it, but only folds can stand in its place")
    used = {name for names in settings["representations"].values() for name in names}
    check_used(settings["representations"], blocks, used, own)
    if settings["average_views"] and not settings["flips"] and len(settings["scales"]) == 1:
        raise refusal(
            "average_views",
            "there is one view of each image only; set flips or more scales, or leave it false",
        )
    check_draws(settings["label_efficiency"])
    idle = idle_classifiers(settings, given)
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


def complete_block(block: dict, given: dict, where: str) -> dict:
    """A block's settings, checked, with the defaults of its feature's YAML. Raises BadInput.

    given: what of it the configs say themselves, and not config/default.yaml. where: the start of
    the config keys that messages name, such as "blocks.hog.".
    """
    feature = catalogue.features()[block["feature"]]
    own = {key: value for key, value in block.items() if key != "feature"}
    filled = with_defaults(own, object_of(feature["settings"]), given, where)
    check_limits(filled, feature["settings"], filled, where)
    for condition in feature.get("conditions", ()):
        check_condition(filled, condition, where)
    return {"feature": block["feature"], **filled}


def with_defaults(block: dict, rules: dict, given: dict, where: str) -> dict:
    """A block's settings, checked and completed; groups of settings inside it as well.

    rules: a JSON Schema with defaults. A setting may have `only`: the values of other settings
    for which it applies. Where it does not apply it becomes None; BadInput if it is given anyway.
    """
    check(block, rules, where)
    filled: dict = {}
    for key, rule in rules["properties"].items():
        value = block.get(key, rule.get("default"))
        if rule.get("type") == "object":
            inner = given.get(key)
            inner = inner if isinstance(inner, dict) else {}
            value = with_defaults(value, rule, inner, f"{where}{key}.")
        filled[key] = value
    for key, rule in rules["properties"].items():
        for other, values in rule.get("only", {}).items():
            if filled[other] not in values:
                if key in block and key in given:
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


def check_used(representations: dict, blocks: dict, used: set[str], own: dict) -> None:
    """Raise BadInput for a block that a representation uses but that does not exist.

    own: the blocks that the configs give, change or remove themselves; one of them that is not
    used is a mistake as well.
    """
    for name in sorted(used - set(blocks)):
        users = [
            f"representations.{key}" for key, names in representations.items() if name in names
        ]
        if name in own:
            wrong = (
                f"null removes it, but it is used by {few(users)}; remove these too, or keep it"
            )
            raise refusal(f"blocks.{name}", wrong)
        raise refusal(
            users[0], f"no block is called {brief(name)}; blocks has {few(list(blocks))}"
        )
    for name in sorted(set(blocks) & set(own) - used):
        raise refusal(f"blocks.{name}", "no representation uses it; name it in one or remove it")


def check_draws(asked: dict) -> None:
    """Raise BadInput where there is not a number of draws for each share of the labels."""
    shares, draws = asked["shares"], asked["draws"]
    if len(shares) != len(draws):
        raise refusal(
            "label_efficiency.draws",
            f"{len(draws)} numbers for {len(shares)} shares; give one for each",
        )


def idle_classifiers(settings: dict, given: dict) -> set[str]:
    """The classifiers that have values of their own under sgd, but are not trained.

    Raises BadInput for one whose values the configs give themselves.
    """
    idle = set(catalogue.classifiers()) & set(settings["sgd"]) - set(settings["classifiers"])
    for name in sorted(idle & set(given.get("sgd") or {})):
        raise refusal(f"sgd.{name}", f"classifiers does not have {name}; add or remove it")
    return idle
