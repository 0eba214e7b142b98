"""The real Snakefile on images that lie in arrays, of classes that one colour tells apart."""

import numpy as np
import pandas as pd
from support.project import Run, only

SIDE = 8
N = {"train": 12, "val": 6, "test": 9}  # images, of three classes
CONFIG = {
    "data": "digits.npz",
    "run": "digits",
    "blocks": {"color": {"feature": "color_histogram", "bins": 2}},
    "representations": only(color=["color"]),
    "classifiers": ["softmax"],
    "sgd": {
        "epochs": 20,
        "steps": 0,
        "batch_size": 4,
        "momentum": 0.9,
        "learning_rates": [0.1],
        "l2": [0.0001],
    },
}


def write(path) -> dict[str, np.ndarray]:
    """Images of label k are bright in channel k; nothing else says it."""
    rng = np.random.default_rng(0)
    arrays = {}
    for name, n in N.items():
        labels = np.arange(n) % 3
        images = rng.integers(0, 100, (n, SIDE, SIDE, 3), np.uint8)
        images[np.arange(n), :, :, labels] += 150
        arrays |= {f"{name}_images": images, f"{name}_labels": labels[:, np.newaxis]}
    np.savez_compressed(path, **arrays, names=["red", "green", "blue"])
    return arrays


def test_a_whole_run(tmp_path):
    run = Run(tmp_path)
    arrays = write(run.folder / "digits.npz")
    said = run.make("--cores", "2", config=CONFIG)
    assert "What was understood of digits.npz: 27 images of 3 classes." in said
    assert "Splits: train from train_images, validation from val_images, test from test_i" in said
    work = run.folder / "work/digits"
    labels = pd.read_csv(work / "labels.csv")
    for image, file, label in zip(
        np.load(work / "images.npy"), labels["file"], labels["label"], strict=True
    ):
        name, _, i = file.partition("/")
        np.testing.assert_array_equal(image, arrays[name][int(i)])
        number = arrays[name.replace("images", "labels")][int(i), 0]
        assert ["blue", "green", "red"][label] == ["red", "green", "blue"][number]
    accuracy = run.table("accuracy", "digits").query("n_features > 0").set_index("split")
    assert accuracy["n"].to_dict() == {"train": 12, "validation": 6, "test": 9}
    assert accuracy["accuracy"].tolist() == [1, 1, 1]
    run.fails(
        *("digits.npz, images", "float64", "of type uint8"),
        config=CONFIG | {"run": "floats", "data": str(floats(run.folder / "other/digits.npz"))},
    )


def floats(path):
    path.parent.mkdir()
    np.savez(path, images=np.zeros((4, SIDE, SIDE)), labels=[0, 1, 0, 1])
    return path
