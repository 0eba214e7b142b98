"""The sentences of all languages: the same keys, and the same values to be filled in."""

import re
from collections import Counter
from string import Formatter

import pytest
import yaml
from support.project import ROOT
from support.texts import english, file_of, texts

FOLDERS = sorted(path.parent.name for path in (ROOT / "pipeline").glob("*/texts"))


def flat(tree: dict, start: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        inner = isinstance(value, dict)
        found |= flat(value, f"{start}{key}/") if inner else {f"{start}{key}": str(value)}
    return found


def sentences(folder: str, language: str) -> dict[str, str]:
    return flat(yaml.safe_load(file_of(language, folder).read_text(encoding="utf-8")))


def places(sentence: str) -> Counter:
    """What is filled in, and how numbers are written."""
    return Counter((name, spec) for _, name, spec, _ in Formatter().parse(sentence) if name)


def test_every_folder_has_every_language_that_a_config_may_ask_for():
    rules = yaml.safe_load((ROOT / "config/schema.yaml").read_text())
    languages = rules["properties"]["language"]["enum"]
    assert {"lecture", "tables"} <= set(FOLDERS)
    for folder in FOLDERS:
        assert {path.stem for path in file_of("en", folder).parent.iterdir()} == set(languages)


@pytest.mark.parametrize("folder", FOLDERS)
def test_languages_have_the_same_keys_and_values(folder):
    ours, theirs = sentences(folder, "en"), sentences(folder, "ko")
    assert list(ours) == list(theirs)
    for key, sentence in ours.items():
        assert places(sentence) == places(theirs[key]), key


@pytest.mark.parametrize("folder", FOLDERS)
def test_korean_sentences_are_korean(folder):
    ours, theirs = ([*map(bare, sentences(folder, each).values())] for each in ("en", "ko"))
    for said, in_english in zip(theirs, ours, strict=True):
        assert not english(said), said
        assert re.search("[가-힣]", said) or not english(in_english, "and"), in_english


def bare(sentence: str) -> str:
    """What is not filled in, and is no file or folder of the project."""
    return re.sub(r"{.*?}|\w+\.csv|\w+/", "", sentence)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_particle_depends_on_what_is_filled_in(folder):
    """은/는, 이/가, 을/를, 과/와 and 으로/로 would have to be chosen by a name's last letter."""
    for key, sentence in sentences(folder, "ko").items():
        assert not re.search("}(?:은|는|이|가|을|를|과|와|으?로)(?![가-힣])", sentence), key


def test_a_key_of_the_group_is_before_a_shared_one():
    part = texts("minibatch_noise")
    assert part("expected") == "1/√n"
    assert part("loss") == "mean loss per image"
    assert part("power", power=-0.5, classifier="SVM") == "-0.50 (SVM)"
    assert texts("learning_rate")("regimes.right") == "right"
    with pytest.raises(KeyError, match=r"no\.such"):
        part("no.such")


def test_lists():
    assert texts("scale").listed(["a"]) == "a"
    assert texts("scale").listed(["a", "b", "c"]) == "a, b and c"
    assert texts("scale", "ko").listed(["a", "b", "c"]) == "a, b, c"
