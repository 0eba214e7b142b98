"""A YAML says of its feature or classifier what the module beside it does."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
import yaml
from support.project import ROOT, only

from pipeline.catalogue import classifiers, features, fit_settings, is_fitted, own_settings
from pipeline.catalogue import spoken as as_people_write
from pipeline.checking import Validator
from pipeline.settings import complete

FEATURES = list(features())
CLASSIFIERS = list(classifiers())
WORDS_OF_A_FEATURE = {
    *(
        "about",
        "title",
        "knows",
        "needs",
        "resumes",
        "fit",
        "settings",
        "conditions",
        "stored",
        "curves",
    ),
    "ablation",
}


WORDS_OF_A_CLASSIFIER = {
    *("about", "title", "knows", "needs", "of", "module", "loss", "grid", "grows", "settings"),
}


def module(feature: str):
    return import_module(f"features.{feature}")


def keywords(function) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    return {parameter.name for parameter in parameters if parameter.kind == parameter.KEYWORD_ONLY}


def positional(function) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind != parameter.KEYWORD_ONLY]


def default_block(feature: str) -> dict:
    """Its settings where none is given."""
    bare = {"blocks": {"mine": {"feature": feature}}, "representations": only(mine=["mine"])}
    return complete(bare)["blocks"]["mine"]


def rules(settings: dict, where: str = "") -> Iterator[tuple[str, dict]]:
    """All settings with their paths, such as codebook.words; groups as well."""
    for key, rule in settings.items():
        yield f"{where}{key}", rule
        yield from rules(rule.get("properties", {}), f"{where}{key}.")


def every_rule() -> list:
    return [
        pytest.param(feature, path, rule, id=f"{feature}.{path}")
        for feature in FEATURES
        for path, rule in rules(features()[feature]["settings"])
    ]


# ---- features


def test_the_features_are_those_that_have_a_module():
    modules = {
        path.stem: module(path.stem)
        for path in (ROOT / "features").glob("*.py")
        if path.stem != "__init__"
    }
    computed = {name for name, each in modules.items() if hasattr(each, "extract")}
    fitted = {name for name, each in modules.items() if hasattr(each, "encode")}
    assert not computed & fitted
    assert {name for name in FEATURES if not is_fitted(name)} == computed
    assert {name for name in FEATURES if is_fitted(name)} == fitted
    assert {"raw_pixels", "color_histogram", "hog", "bag_of_words"} <= computed | fitted


@pytest.mark.parametrize("feature", FEATURES)
def test_settings_are_the_keyword_arguments_of_the_functions(feature):
    block = default_block(feature)
    own = own_settings(block).keys()
    if is_fitted(feature):
        fit, encode = module(feature).fit, module(feature).encode
        assert positional(fit) == ["images", "labels", "rng", "threads"]
        resumes = {"checkpoint"} if features()[feature].get("resumes") else set()
        assert keywords(fit) == fit_settings(block).keys() | resumes
        assert positional(encode) == ["images", "state"]
        assert keywords(encode) == own
    else:
        assert positional(module(feature).extract) == ["images"]
        assert keywords(module(feature).extract) == own
        assert own == features()[feature]["settings"].keys()


@pytest.mark.parametrize("feature", FEATURES)
def test_no_setting_is_handed_to_both_or_lost(feature):
    described = features()[feature]
    block = default_block(feature)
    assert block.keys() - {"feature"} == described["settings"].keys()
    assert set(described.get("fit", ())) <= described["settings"].keys()
    assert own_settings(block).keys() == block.keys() - {"feature", *described.get("fit", ())}


@pytest.mark.parametrize(("feature", "path", "rule"), every_rule())
def test_every_setting_has_a_meaning_and_a_default_that_it_allows(feature, path, rule):
    Validator.check_schema(rule)
    assert rule["meaning"].strip()
    assert "\n" not in rule["meaning"]
    assert Validator(rule).is_valid(rule["default"])


@pytest.mark.parametrize(("feature", "path", "rule"), every_rule())
def test_a_setting_that_is_limited_names_settings_that_there_are(feature, path, rule):
    known = dict(rules(features()[feature]["settings"]))
    if "at_most" in rule:
        assert rule["at_most"] in known
        assert "integer" in rule["type"] or "number" in rule["type"]
    group = path.rpartition(".")[0]
    for other, values in rule.get("only", {}).items():
        schema = known[f"{group}.{other}" if group else other]
        assert values
        assert all(Validator(schema).is_valid(value) for value in values)


@pytest.mark.parametrize(("feature", "path", "rule"), every_rule())
def test_a_group_refuses_what_it_does_not_know(feature, path, rule):
    if rule.get("type") == "object":
        assert rule["additionalProperties"] is False
        assert not Validator(rule).is_valid({"odd": 1})


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_says_nothing_that_nobody_reads(feature):
    described = features()[feature]
    assert described.keys() <= WORDS_OF_A_FEATURE
    assert {"about", "settings", "stored"} <= described.keys()
    assert "\n" not in described["about"].strip()
    known = dict(rules(described["settings"]))
    for condition in described.get("conditions", ()):
        assert condition.keys() == {"where", "allowed", "why"}
        for path, values in {**condition["where"], **condition["allowed"]}.items():
            assert values
            assert all(Validator(known[path]).is_valid(value) for value in values)
    stored = described["stored"]
    assert stored.keys() <= {"type", "unless", "overflow"}
    assert stored["type"] in ("float16", "float32")
    # It is the block's own settings that decide, those that `fit` takes are not at hand.
    assert set(stored.get("unless", {})) <= own_settings(default_block(feature)).keys()
    if "ablation" in described:
        ablation = described["ablation"]
        assert ablation.keys() == {"along", "label", "lines"}
        assert {ablation["along"], ablation["lines"]} <= known.keys()


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_the_manual_names_every_setting_of_a_feature(name):
    """config/default.yaml, the manual: as a key, or in a comment where it does not apply."""
    text = re.sub("^  # ", "  ", (ROOT / "config/default.yaml").read_text(), flags=re.MULTILINE)
    _, _, section = text.partition(f"  {name}:\n    feature: {name}\n")
    assert section
    section = section.partition("    feature: ")[0]  # up to the next block
    for path, _ in rules(features()[name]["settings"]):
        assert f" {path.rpartition('.')[2]}: " in section


def test_settings_of_a_bag_of_words_by_hand():
    block = default_block("bag_of_words")
    assert fit_settings(block) == {
        "method": "kmeans",
        "words": 256,
        "patch_size": 6,
        "patches": 100_000,
        "iterations": 20,
        "contrast_offset": 10,
        "whitening": 0.1,
        "variance": 1,
    }
    assert own_settings(block) == {
        "encoding": "hard",
        "threshold": None,
        "neighbours": None,
        "stride": 1,
        "power": 0.5,
        "grid": 2,
        "pooling": "even",
    }


# ---- classifiers


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_has_a_module_that_trains_it_and_lists_for_its_grid(name):
    described = classifiers()[name]
    assert described.keys() <= WORDS_OF_A_CLASSIFIER
    assert {"about", "title", "module", "loss"} <= described.keys()
    source = ROOT / f"pipeline/classifiers/{described['module']}.py"
    parsed = ast.parse(source.read_text())  # not imported: what it needs may not be installed
    defined = {each.name for each in parsed.body if isinstance(each, ast.FunctionDef)}
    assert {"train", "scores"} <= defined
    assert set(described.get("grows", ())) <= described.get("grid", {}).keys()
    settings = described.get("settings", {})
    shared = yaml.safe_load((ROOT / "config/schema.yaml").read_text())["properties"]["sgd"]
    for key in described.get("grid", {}).values():
        rule = {**shared["properties"], **settings}[key]
        assert rule["type"] == "array"
        assert rule["minItems"] >= 1
    for rule in settings.values():
        assert rule["meaning"].strip()
        assert Validator(rule).is_valid(rule["default"])


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("hog", "HOG"), ("hog_and_color", "HOG and color"), ("raw_pixels", "raw pixels")],
)
def test_names_are_as_people_write_them(name, spoken):
    assert as_people_write(name) == spoken
