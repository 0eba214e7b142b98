"""Text stays text in Markdown, and as easy to read as it can be."""

import pytest

from pipeline.runtime.markdown import escaped


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("raw_pixels, über_a_画", "raw_pixels, über_a_画"),
        ("_a_", r"\_a\_"),
        ("__a b__", r"\_\_a b\_\_"),
        ("a__b", r"a\_\_b"),
        ("a_ b", r"a\_ b"),
        ("<b>$x$ | `y`", r"\<b\>\$x\$ \| \`y\`"),
        ("a: b", "a: b"),
        (":cat:", r"\:cat:"),
    ],
)
def test_marks_get_a_backslash_but_an_underscore_within_a_word(text, written):
    """CommonMark 6.2: an underscore with letters or digits on both sides is no emphasis."""
    assert escaped(text) == written
