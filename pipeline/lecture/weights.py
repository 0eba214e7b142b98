"""Part 9: what W looks like, drawn in the terms of the feature that it belongs to."""

from importlib import import_module
from pathlib import Path

import numpy as np

from pipeline.lecture.block import Block
from pipeline.lecture.chart import Part
from pipeline.runtime import stage
from pipeline.runtime.messages import shown
from pipeline.runtime.store import ArrayFile, read_arrays, read_json

CLASSES = 10  # classes that are drawn, at most
RANKS = 10  # features of largest weight in the table, and as many of smallest
COLUMNS = ("representation", "classifier", "class", "rank", "feature", "weight", "per")


def weights(
    model: Path,
    images: Path,
    classes: Path,
    representation: str,
    feature: str,
    settings: dict,
    classifiers: list,
    titles: dict,
    table: Path,
    picture: Path,
    sentence: Path,
    state: Path | None = None,
) -> None:
    """Draw the chosen weights of a representation that is a single block.

    classifiers: the linear ones. titles: their names in pictures. state: the file that `fit`
    wrote, for a fitted feature. The module weights_<feature> knows what a weight means.
    """
    drawer = import_module(f"pipeline.lecture.weights_{feature}")
    arrays, names = read_arrays(model), list(map(shown, read_json(classes)))
    rows, cols = ArrayFile(images).shape[1:3]
    block = Block(settings, (rows, cols), read_arrays(state) if state else {})
    found = {
        name: drawer.gather(per_unit(arrays, name, drawer.UNIT), block) for name in classifiers
    }
    features = drawer.names(block)
    records = [
        (representation, classifier, name, *record, drawer.UNIT)
        for classifier, W in found.items()
        for name, column in zip(names, W.T, strict=True)
        for record in rank(column, features)
    ]
    drawn = {titles[name]: W[:, :CLASSES] for name, W in found.items()}
    said = describe(found[classifiers[0]], names, features, titles[classifiers[0]], drawer.WHAT)
    Part(table, picture, sentence).write(
        COLUMNS, records, lambda: drawer.draw(drawn, names[:CLASSES], block), said
    )


def per_unit(arrays: dict[str, np.ndarray], classifier: str, unit: str) -> np.ndarray:
    """W, float64 (d, C), per standard deviation of a column or per unit of the feature itself.

    The first is W as it was trained, on standardised columns; the second undoes their scaling.
    """
    W = arrays[f"{classifier}.W"].astype(np.float64)
    return W if unit == "standard deviation" else W * arrays["scale"][:, None]


def rank(weights: np.ndarray, features: list[str]) -> list[tuple[int, str, float]]:
    """The features at either end, as (rank, feature, weight).

    Ranks are 1, 2, ... from the largest weight, and -1, -2, ... from the smallest.
    """
    order = np.argsort(-weights, kind="stable")
    n = min(RANKS, len(order) // 2)
    ends = [*enumerate(order[:n], start=1), *((-i, order[-i]) for i in range(1, n + 1))]
    return [(place, features[i], float(weights[i])) for place, i in ends]


def describe(
    W: np.ndarray, names: list[str], features: list[str], classifier: str, what: str
) -> str:
    """A sentence on the largest weight of all. classifier: its title."""
    i, j = np.unravel_index(int(W.argmax()), W.shape)
    return (
        f"The largest weight of the {classifier} is that of class {names[j]} for the "
        f"{what} {features[i].removeprefix(what).strip()} ({W[i, j]:.3g})."
    )


if __name__ == "__main__":
    stage.main(weights)
