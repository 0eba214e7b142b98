"""Part 9: what W looks like, in the terms of the feature that it weighs."""

from pathlib import Path
from types import ModuleType

import numpy as np

from pipeline import stage
from pipeline.lecture import glyphs, patchwork, swatches, templates
from pipeline.lecture.block import Block
from pipeline.lecture.chart import Part
from pipeline.picture import NAMES
from pipeline.store import ArrayFile, read_arrays, read_json

VIEWS: dict[str, ModuleType] = {
    "raw_pixels": templates,
    "color_histogram": swatches,
    "hog": glyphs,
    "bag_of_words": patchwork,
}
CLASSES = 10  # that are drawn, at most
RANKS = 10  # of features in the table, from either end
COLUMNS = ("representation", "classifier", "class", "rank", "feature", "weight", "per")


def depict(
    model: Path,
    images: Path,
    classes: Path,
    states: list,
    representation: str,
    feature: str,
    classifiers: list,
    settings: dict,
    table: Path,
    picture: Path,
    sentence: Path,
) -> None:
    """Draw the chosen weights of a representation that is one block; states: its state, if any."""
    view, arrays, names = VIEWS[feature], read_arrays(model), read_json(classes)
    state = read_arrays(Path(states[0])) if states else {}
    rows, cols = ArrayFile(images).shape[1:3]
    block = Block(settings, (rows, cols), state)
    weights = {name: view.gather(per_unit(arrays, name, view.UNIT), block) for name in classifiers}
    features = view.names(block)
    records = [
        (representation, classifier, name, *record, view.UNIT)
        for classifier, W in weights.items()
        for name, column in zip(names, W.T, strict=True)
        for record in rank(column, features)
    ]
    shown = {name: W[:, :CLASSES] for name, W in weights.items()}
    said = describe(weights[classifiers[0]], names, features, classifiers[0], view.WHAT)
    Part(table, picture, sentence).write(
        COLUMNS, records, lambda: view.draw(shown, names[:CLASSES], block), said
    )


def per_unit(arrays: dict[str, np.ndarray], classifier: str, unit: str) -> np.ndarray:
    """W, float64 (d, C): per standard deviation as it was trained, or of features as they are."""
    W = arrays[f"{classifier}.W"].astype(np.float64)
    return W if unit == "standard deviation" else W * arrays["scale"][:, None]


def rank(weights: np.ndarray, features: list[str]) -> list[tuple[int, str, float]]:
    """Ranks 1, 2, ... of the most wanted features, and -1, -2, ... of the least wanted."""
    order = np.argsort(-weights, kind="stable")
    n = min(RANKS, len(order) // 2)
    ends = [*enumerate(order[:n], start=1), *((-i, order[-i]) for i in range(1, n + 1))]
    return [(place, features[i], float(weights[i])) for place, i in ends]


def describe(
    W: np.ndarray, names: list[str], features: list[str], classifier: str, what: str
) -> str:
    """The strongest wish of all."""
    i, j = np.unravel_index(int(W.argmax()), W.shape)
    return (
        f"The largest weight of the {NAMES[classifier]} is that of class {names[j]} for the "
        f"{what} {features[i].removeprefix(what).strip()} ({W[i, j]:.3g})."
    )


if __name__ == "__main__":
    stage.main(depict)
