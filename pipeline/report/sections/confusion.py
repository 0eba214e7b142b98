"""Which class is taken for which: a picture for each representation, images of the worst pairs."""

import numpy as np
import pandas as pd

from pipeline.report import thumbnails
from pipeline.report.material import Material
from pipeline.report.texts import count, percent, readable

NUMBERED = 12  # classes up to which cells have numbers
NAMED = 30  # and up to which rows have names
PAIRS = 4  # that are shown with images
IMAGES = 8  # of a pair
COLOR = (0, 114, 178)  # of the cells, on light and on dark


def section(material: Material) -> dict:
    table = material.table("confusion.csv")
    places = material.class_places
    counted = {name: matrix(table, places, name, material.chosen[name]) for name in material.shown}
    best = material.best["representation"]
    pairs = most_confused(counted[best])
    return {
        "names": [f"{i + 1}" for i in range(len(places))],
        "classes": material.class_names,
        "numbered": len(places) <= NUMBERED,
        "named": len(places) <= NAMED,
        "panels": [panel(material, name, counts) for name, counts in counted.items()],
        "pairs": [pair(material, best, counted[best], *each) for each in pairs],
        "best": readable(best),
        "caption": caption(material, best, counted[best], pairs),
    }


def matrix(table: pd.DataFrame, places: dict[str, int], name: str, classifier: str) -> np.ndarray:
    """Numbers of test images, int (C, C), true classes down and answers across; all trials."""
    rows = table[(table["representation"] == name) & (table["classifier"] == classifier)]
    found = np.zeros((len(places), len(places)), np.int64)
    of = (rows[key].map(places).to_numpy(np.int64) for key in ("class", "predicted"))
    np.add.at(found, tuple(of), rows["n"].to_numpy(np.int64))
    return found


def panel(material: Material, name: str, counts: np.ndarray) -> dict:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return {
        "name": readable(name),
        "classifier": material.titles[material.chosen[name]],
        "counts": [[int(n) for n in row] for row in counts],
        "picture": thumbnails.of_shares(0.75 * np.sqrt(shares), COLOR),
        "right": percent(counts.trace() / max(1, counts.sum())),
    }


def most_confused(counts: np.ndarray) -> list[tuple[int, int]]:
    """The pairs (true class, answer) of different classes that occur most often."""
    wrong = counts * (1 - np.eye(len(counts), dtype=np.int64))
    order = np.argsort(-wrong, axis=None, kind="stable")[:PAIRS]
    pairs = [divmod(int(i), len(counts)) for i in order]
    return [(row, col) for row, col in pairs if wrong[row, col]]


def pair(material: Material, name: str, counts: np.ndarray, true: int, taken: int) -> dict:
    """Images of one class that were taken for the other, and right ones of that, to compare."""
    answers = material.answers(name)
    confused = np.flatnonzero((answers.y == true) & (answers.predicted == taken))
    confused = confused[np.argsort(-answers.confidence[confused], kind="stable")[:IMAGES]]
    alike = np.flatnonzero((answers.y == taken) & answers.right)
    alike = alike[np.argsort(answers.probability[alike, true], kind="stable")[::-1][:IMAGES]]
    return {
        "true": material.class_names[true],
        "taken": material.class_names[taken],
        "n": count(counts[true, taken]),
        "of": count(counts[true].sum()),
        "confused": [material.picture(answers.image[i]) for i in confused],
        "alike": [material.picture(answers.image[i]) for i in alike],
    }


def caption(material: Material, name: str, counts: np.ndarray, pairs: list) -> str:
    if not pairs:
        return material.texts("confusion.none", name=readable(name))
    true, taken = pairs[0]
    both = material.texts.name
    return material.texts(
        "confusion.caption",
        name=readable(name),
        true=both(material.class_names[true]),
        taken=both(material.class_names[taken]),
        n=count(counts[true, taken]),
        of=count(counts[true].sum()),
    )
