"""What was done: the data with sample images, the settings, and what computed it."""

import platform
from importlib.metadata import version
from pathlib import PurePath

import numpy as np

from pipeline.images.parts import PARTS, TRAIN, members
from pipeline.report.material import Material
from pipeline.report.texts import count, from_data, readable
from pipeline.runtime.store import ArrayFile

CLASSES = 20  # that are shown with images, at most
IMAGES = 8  # of a class
PACKAGES = ("numpy", "scipy", "scikit-image", "pandas", "numba", "pillow", "snakemake")


def section(material: Material) -> dict:
    texts, names = material.texts, material.class_names
    rows, cols = ArrayFile(material.files["images"]).shape[1:3]
    counts = per_class(material)
    return {
        "facts": [
            (texts("done.data"), from_data(PurePath(material.config["data"]).name)),
            (texts("done.images"), count(len(material.part))),
            (texts("done.size"), texts("done.pixels", rows=rows, cols=cols)),
            (texts("done.classes"), count(len(names))),
            (texts("done.seeds"), ", ".join(map(str, material.config["seeds"]))),
            *[(texts("done.folds"), n) for key, n in material.config.items() if key == "folds"],
        ],
        "classes": classes(material, counts),
        "left_out": max(0, len(names) - CLASSES),
        "blocks": blocks(material.config),
        "representations": [
            (readable(name), ", ".join(material.config["representations"][name]))
            for name in material.chosen
        ],
        "training": training(material),
        "versions": [
            ("Python", platform.python_version()),
            *((name, version(name)) for name in PACKAGES),
        ],
        "caption": caption(material, counts),
    }


def per_class(material: Material) -> np.ndarray:
    """How many images of each class are in each of PARTS, int (C, 3)."""
    label, n = material.labels.label, len(material.class_names)
    parts = range(len(PARTS))
    found = [np.bincount(label[members(material.part, p)], minlength=n) for p in parts]
    return np.stack(found, axis=1)


def classes(material: Material, counts: np.ndarray) -> list[dict]:
    """Of each class that is shown: its name, its numbers of images, and some of the images."""
    trained = members(material.part, TRAIN)
    of_class = material.labels.label[trained]
    return [
        {
            "name": name,
            "counts": list(map(count, counts[place])),
            "images": [material.picture(i) for i in trained[of_class == place][:IMAGES]],
        }
        for place, name in enumerate(material.class_names[:CLASSES])
    ]


def caption(material: Material, counts: np.ndarray) -> str:
    texts, total = material.texts, counts.sum(axis=1)
    if total.max() == total.min():
        return texts("done.equal", n=count(total[0]))
    names = material.class_names
    return texts(
        "done.unequal",
        largest=texts.name(names[int(total.argmax())]),
        most=count(total.max()),
        smallest=texts.name(names[int(total.argmin())]),
        least=count(total.min()),
    )


def blocks(config: dict) -> list[tuple[str, str, str]]:
    """Of each block its name, feature and settings; of a file no more than its name."""
    found = []
    for name, block in config["blocks"].items():
        settings = {
            key: from_data(PurePath(value).name) if key == "file" and value else value
            for key, value in block.items()
            if key != "feature"
        }
        found.append((name, block["feature"], spelled(settings)))
    return found


def spelled(settings: dict) -> str:
    """Settings in one line, groups in brackets."""
    return ", ".join(
        f"{key} ({spelled(value)})" if isinstance(value, dict) else f"{key} {worded(value)}"
        for key, value in settings.items()
    )


def worded(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def training(material: Material) -> list[tuple[str, str]]:
    """The settings of training, those of single classifiers last."""
    sgd = material.config["sgd"]
    plain = [(key, worded(value)) for key, value in sgd.items() if not isinstance(value, dict)]
    own = {key: value for key, value in sgd.items() if isinstance(value, dict)}
    used = [(name, spelled(own[name])) for name in material.config["classifiers"] if name in own]
    return [*plain, *used]
