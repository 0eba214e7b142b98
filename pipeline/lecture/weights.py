"""Part 9: what W looks like, drawn in the terms of the feature that it belongs to."""

from importlib import import_module
from pathlib import Path

import numpy as np

from pipeline.lecture.block import Block, Told
from pipeline.lecture.chart import Part
from pipeline.lecture.units import per_unit
from pipeline.runtime import stage
from pipeline.runtime.messages import shown
from pipeline.runtime.store import ArrayFile, read_arrays, read_json
from pipeline.runtime.texts import Texts

CLASSES = 10  # classes that are drawn, at most
RANKS = 10  # features of largest weight in the table, and as many of smallest
COLUMNS = ("representation", "classifier", "class", "rank", "feature", "weight", "per")


def weights(
    model: Path,
    images: Path,
    classes: Path,
    texts: Path,
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
    group = f"weights_{feature}"
    told = Told(names[:CLASSES], Texts(texts, group), Texts(texts, "colors"))
    title = titles[classifiers[0]]
    said = drawer.describe(title, drawn[title], block, told)
    Part(table, picture, sentence).write(
        COLUMNS, records, lambda: drawer.draw(drawn, block, told), said
    )


def rank(weights: np.ndarray, features: list[str]) -> list[tuple[int, str, float]]:
    """The features at either end, as (rank, feature, weight).

    Ranks are 1, 2, ... from the largest weight, and -1, -2, ... from the smallest.
    """
    order = np.argsort(-weights, kind="stable")
    n = min(RANKS, len(order) // 2)
    ends = [*enumerate(order[:n], start=1), *((-i, order[-i]) for i in range(1, n + 1))]
    return [(place, features[i], float(weights[i])) for place, i in ends]


if __name__ == "__main__":
    stage.main(weights)
