"""What each representation sees of an image, what it looks for, and what classes want of it."""

from importlib import import_module
from pathlib import Path

import numpy as np

from pipeline.blocks.matrix import FeatureMatrix
from pipeline.lecture.block import Block
from pipeline.lecture.units import per_unit
from pipeline.report.glimpse import mosaic
from pipeline.report.material import Material
from pipeline.report.texts import count, readable
from pipeline.runtime.store import ArrayFile, read_arrays

IMAGES = 4  # of different classes
CLASSES = 10  # whose weights are shown, at most
ACROSS = 16
WORDS = 4 * ACROSS  # pictures of what a fitted feature looks for, at most


def section(material: Material) -> dict:
    rows = examples(material)
    names, label = material.class_names, material.labels.label
    blocks = [shown(material, each, rows) for each in material.blocks]
    return {
        "images": [{"picture": material.picture(row), "name": names[label[row]]} for row in rows],
        "classes": names[:CLASSES],
        "blocks": blocks,
        "caption": " ".join(block["caption"] for block in blocks),
        "learned": [learned(material, each) for each in material.looks_for],
    }


def examples(material: Material) -> list[int]:
    """Test images of different classes: for each, that to which the best row gives it most."""
    best = material.best
    answers = material.answers(best["representation"], best["classifier"])
    n = len(material.class_names)
    found = []
    for name in dict.fromkeys(i * n // IMAGES for i in range(IMAGES)):
        places = np.flatnonzero(answers.y == name)
        if len(places):
            surest = places[np.argmax(answers.probability[places, name])]
            found.append(int(answers.image[surest]))
    return found


def shown(material: Material, each: dict, rows: list[int]) -> dict:
    """What a block sees of images, and what classes want of it. each: see `contents.blocks`."""
    module = import_module(f"pipeline.report.sees_{each['feature']}")
    block = as_block(material, each)
    matrix = FeatureMatrix(
        [each["folder"]], [each["view"]], len(material.part), each["shard_size"]
    )
    values = [matrix.take(np.array([row]))[0] for row in rows]
    images = [material.image(row) for row in rows]
    texts, key = material.texts, f"sees.features.{each['feature']}"
    classifier = material.titles.get(each["classifier"], "")
    table = f"lecture/weights_{each['representation']}.csv"
    return {
        "name": readable(each["name"]),
        "seen": [module.seen(v, image, block) for v, image in zip(values, images, strict=True)],
        "caption": texts(f"{key}.seen"),
        "wanted": wanted(each, module, block) if each["classifier"] else [],
        "wanted_caption": texts(f"{key}.wanted", classifier=classifier),
        "tables": [table] if material.there(table) else [],
    }


def as_block(material: Material, each: dict) -> Block:
    state = read_arrays(Path(each["state"])) if each["state"] else {}
    shape = ArrayFile(Path(material.files["images"])).shape[1:3]
    return Block(each["settings"], (shape[0], shape[1]), state)


def wanted(each: dict, module, block: Block) -> list:
    """A picture of the weights of each class, in the unit that the lecture has them in."""
    arrays = read_arrays(Path(each["model"]))
    W = per_unit(arrays, each["classifier"], module.DRAWER.UNIT)
    columns = module.DRAWER.gather(W, block).T[:CLASSES]
    return [module.wanted(column, block) for column in columns]


def learned(material: Material, each: dict) -> dict:
    """A mosaic of what a fitted block looks for. each: see `lecture.outline.Outline.filters`."""
    module = import_module(f"pipeline.lecture.filters_{each['feature']}")
    pictures = module.pictures(as_block(material, each))
    return {
        "name": readable(each["name"]),
        "picture": mosaic(pictures[:WORDS], ACROSS),
        "caption": material.texts(
            "sees.learned",
            name=readable(each["name"]),
            shown=count(min(WORDS, len(pictures))),
            n=count(len(pictures)),
            knows=material.texts(f"knows.{each['knows']}"),
        ),
    }
