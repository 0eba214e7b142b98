"""What stages are given to say, and what can be read in what they wrote."""

import re
from pathlib import Path
from xml.etree import ElementTree

from support.project import ROOT

from pipeline.runtime.texts import Texts

# Words in Latin letters that Korean readers know the field's things by.
NAMES = {"svm", "softmax", "sgd", "float", "log", "hog", "jpeg"}


def file_of(language: str = "en", folder: str = "lecture") -> Path:
    return ROOT / f"pipeline/{folder}/texts/{language}.yaml"


def texts(group: str, language: str = "en", folder: str = "lecture") -> Texts:
    return Texts(file_of(language, folder), group)


def drawn(picture: Path) -> str:
    """All text of an SVG, as one string."""
    texts = ElementTree.parse(picture).getroot().iter("{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(each.itertext()) for each in texts)


def english(text: str, *known: str) -> set[str]:
    """Words of three Latin letters or more that are no names of the field, and not `known`."""
    words = {word.lower() for word in re.findall("[A-Za-z]{3,}", text)}
    return words - NAMES - {part.lower() for name in known for part in re.split(r"[\W_\d]+", name)}
