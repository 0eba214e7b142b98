"""Images of three classes as rows of features that tell them, but not without mistakes."""

from pathlib import Path

import numpy as np
from support.matrices import save

from pipeline.blocks.matrix import Representation
from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.runtime.store import write_array, write_json
from pipeline.sources.source import Record

N, D, C = 400, 7, 3
PART = np.random.default_rng(0).permutation(
    np.repeat([TRAIN, VALIDATION, TEST], [200, 100, 100]).astype(np.int8)
)
ROWS = {part: np.equal(PART, part) for part in (TRAIN, VALIDATION, TEST)}
N_TRAINING = 200


def labels() -> np.ndarray:
    return np.random.default_rng(1).integers(C, size=N)


def features() -> np.ndarray:
    rng = np.random.default_rng(2)
    return (rng.normal(size=(N, D)) + 1.5 * np.eye(D)[labels()]).astype(np.float32)


def write(
    folder: Path, X: np.ndarray | None = None, y: np.ndarray | None = None
) -> Representation:
    """The representation `mine` of one block: of these features and labels, or of others."""
    X, y = features() if X is None else X, labels() if y is None else y
    files = {name: folder / name for name in ("labels.csv", "classes.json", "parts.npy")}
    records = (Record("", label, "", i) for i, label in enumerate(y))
    write_labels(files["labels.csv"], records, content=np.arange(N))
    write_json(files["classes.json"], ["a", "b", "c"])
    write_array(files["parts.npy"], PART)
    return Representation(
        name="mine",
        blocks=[str(save(folder / "block", X, 150))],
        views=["original"],
        shard_size=150,
        **{path.stem: path for path in files.values()},
    )
