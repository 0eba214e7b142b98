"""The sentences of the report: the same in both languages but for their words."""

import re
from string import Formatter

import pytest
from support.project import ROOT

from pipeline.report.texts import (
    LONGEST,
    Texts,
    count,
    from_data,
    interval,
    percent,
    points,
)

REPORT = ROOT / "pipeline/report"
FILE = r"\w+\.(csv|json|yaml)(\.gz)?"
EN, KO = (Texts(REPORT / f"texts/{language}.yaml") for language in ("en", "ko"))


def flat(tree: dict, prefix: str = "") -> dict[str, str]:
    """Sentences by their keys joined with dots."""
    found = {}
    for key, value in tree.items():
        name = prefix + key
        found |= flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


ENGLISH, KOREAN = flat(EN.own), flat(KO.own)


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences_with_the_same_places():
    assert ENGLISH.keys() == KOREAN.keys()
    for key, sentence in ENGLISH.items():
        assert places(sentence) == places(KOREAN[key]), key


def test_korean_sentences_need_no_particle_that_depends_on_a_name():
    """Such a particle is one word after a vowel and another after a consonant."""
    for key, sentence in KOREAN.items():
        assert not re.search(r"\}\u2069?(은|는|이|가|을|를|과|와|로|으로)(?=[\s,.:])", sentence), (
            key
        )


def test_every_sentence_is_used_somewhere():
    code = "".join(
        path.read_text()
        for path in REPORT.rglob("*")
        if path.suffix in (".py", ".html") and path.is_file()
    )
    made = re.compile(  # keys that are put together
        r"(shared|knows|parts|cost|sees\.features|invariance\.names|audit\.kinds)\.|.*\.title$"
    )
    unused = [key for key in ENGLISH if f'"{key}"' not in code and not made.match(key)]
    assert unused == []


def test_templates_hold_no_words_of_their_own():
    for path in (REPORT / "templates").rglob("*.html"):
        plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(), flags=re.DOTALL)
        plain = re.sub(FILE, "", re.sub("<code>.*?</code>|<[^>]*>", " ", plain))
        assert set(re.findall(r"[A-Za-z]{2,}", plain)) <= {"SHA", "nbsp"}, path.name


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (percent(0.97946), "97.9"),
        (percent(1), "100.0"),
        (points(-0.0123), "\u22121.2"),
        (points(0.191), "19.1"),
        (interval(0.178, 0.204), "[17.8, 20.4]"),
        (interval(-0.01, 0.02), "[\u22121.0, 2.0]"),
        (count(60000), "60,000"),
        (EN.listed(["a"]), "a"),
        (EN.listed(["a", "b", "c"]), "a, b and c"),
        (KO.listed(["a", "b", "c"]), "a, b, c"),
    ],
)
def test_numbers_and_lists_as_they_are_read(said, expected):
    assert said == expected


def test_a_name_from_the_data_is_one_line_of_printable_text_and_not_too_long():
    assert from_data("cat") == "cat"
    assert from_data("a\nb") == r"'a\nb'"
    assert "\u202e" not in from_data("\u202eabc")
    assert len(from_data("x" * 500)) == LONGEST


def test_values_are_no_formats():
    assert EN("done.images_of", name="{rows}{0}") == "Images of {rows}{0}"
