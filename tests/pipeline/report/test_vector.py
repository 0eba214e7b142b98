"""A shortened picture is the same picture: drawn by a browser's rules, or read as XML."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
from matplotlib.figure import Figure

from pipeline.report.vector import uri
from pipeline.tables.picture import save

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'a\u00a0\u3000b \'b\' "c" <i>&amp;</i> # 50% style="}*{display:none}" x="1.23456" .'


def picture(tmp_path) -> str:
    def draw() -> Figure:
        figure = Figure()
        axes = figure.add_subplot()
        axes.plot(np.linspace(0, 1, 7) ** 2, "o-", label=HOSTILE)
        axes.set_title("0.123456 한국어")
        axes.legend()
        return figure

    save(draw, [tmp_path / "picture.svg"])
    return (tmp_path / "picture.svg").read_text(encoding="utf-8")


def read_back(svg: str) -> str:
    """The SVG that a browser finds in a page with the URI."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append((tag, dict(attributes)))

    Reader().feed(f"<img src='{uri(svg)}' alt=\"\">")
    ((tag, attributes),) = found
    assert (tag, list(attributes)) == ("img", ["src", "alt"])
    kind, _, text = attributes["src"].partition(",")
    assert kind == "data:image/svg+xml;charset=utf-8"
    assert not re.search("[#\n]", text)
    return unquote(text)


def texts(svg: str) -> list[str]:
    return [
        re.sub("[ \t\r\n]+", " ", "".join(each.itertext())).strip()
        for each in ET.fromstring(svg).iter(f"{SVG}text")
    ]


def test_all_text_is_there_whatever_it_contains(tmp_path):
    svg = picture(tmp_path)
    assert texts(read_back(svg)) == texts(svg)
    assert {HOSTILE, "0.123456 한국어"} <= set(texts(svg))


def test_elements_stand_where_they_stood_in_the_styles_that_they_had(tmp_path):
    before, after = (
        ET.fromstring(each) for each in (picture(tmp_path), read_back(picture(tmp_path)))
    )
    rules = dict(re.findall(r"\.(s\d+)\{([^}]*)\}", after.find(f".//{SVG}style").text))
    unseen = {f"{SVG}metadata", f"{SVG}style"}
    old, new = (
        [each for each in root.iter() if each.tag.startswith(SVG) and each.tag not in unseen]
        for root in (before, after)
    )
    assert [each.tag for each in new] == [each.tag for each in old]
    for one, other in zip(old, new, strict=True):
        assert one.get("style") == rules.get(other.get("class"))
        assert one.get("clip-path") == other.get("clip-path")
        for name in ("d", "x", "y"):
            numbers = [re.findall(r"-?[\d.]+", each.get(name) or "") for each in (one, other)]
            np.testing.assert_allclose(*np.array(numbers, float), atol=0.0051)


def test_it_is_shorter(tmp_path):
    svg = picture(tmp_path)
    assert len(uri(svg)) < 0.6 * len(svg)
