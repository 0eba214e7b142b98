"""SVG pictures of matplotlib as data URIs: as short as they can be and look the same."""

import re

# What nobody sees: where the file comes from, and what program made it.
UNSEEN = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<[^>]+>")  # text between tags, such as names of classes, stays as it is
PLACES = re.compile(r' (d|x|y)="([^"]*)"')  # outlines and positions, in points
SPACES = re.compile(r"[ \t\r\n]+")  # which SVG takes for one; other spaces of Unicode are letters
NUMBER = re.compile(r"-?\d+\.\d{3,}")
STYLE = re.compile(r' style="([^"]*)"')
# In an attribute in single quotes, these would end it, or the URI, or stand for something else.
QUOTED = {ord(each): f"%{ord(each):02X}" for each in "%#&'"}


def uri(svg: str) -> str:
    """The picture, for an attribute in single quotes that is taken as it is."""
    text = SPACES.sub(" ", UNSEEN.sub("", svg)).replace("> <", "><").strip()
    text = TAG.sub(lambda tag: PLACES.sub(rounded, tag[0]), text)
    return f"data:image/svg+xml;charset=utf-8,{with_classes(text).translate(QUOTED)}"


def rounded(attribute: re.Match) -> str:
    """The attribute with numbers of two decimals, which is finer than can be seen or printed."""
    short = NUMBER.sub(lambda number: f"{float(number[0]):.2f}", attribute[2])
    return f' {attribute[1]}="{short}"'


def with_classes(svg: str) -> str:
    """The picture with each style said once, as that of a class that all its elements name."""
    names: dict[str, str] = {}

    def named(style: re.Match) -> str:
        return f' class="{names.setdefault(style[1], f"s{len(names)}")}"'

    text = TAG.sub(lambda tag: STYLE.sub(named, tag[0]), svg)
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    start = text.index(">", text.index("<svg")) + 1
    return f"{text[:start]}<style>{rules}</style>{text[start:]}"
