"""The network as a fitted feature and as a classifier: what they keep, and what they see."""

import numpy as np
import pytest
import torch
from deep.convolutions.stripes import stripes
from support.matrices import save

from features import convnet, raw_pixels
from features.errors import BadInput
from pipeline.blocks.matrix import Representation
from pipeline.classifiers.score import score
from pipeline.classifiers.train import train
from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.runtime.store import read_arrays, write_array, write_json
from pipeline.sources.source import Record

SETTINGS = {"epochs": 2, "steps": 60, "learning_rate": 1.5, "widths": [8, 12], "device": "cpu"}
SGD = {"class_weight": "none", "choose_by": "accuracy"}
N, CLASSES = 300, 3
PART = np.repeat([TRAIN, VALIDATION, TEST], [180, 60, 60]).astype(np.int8)
OWN = {
    "name": "convnet",
    "module": "convnet",
    "loss": "softmax",
    "settings": SETTINGS,
    "swept": [],
    "keys": {},
    "grows": [],
}


class Stopped(Exception):  # noqa: N818
    """As if the job had been killed."""


class Kept:
    """A checkpoint in memory, which can stop a job when it has been saved some times."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.arrays: dict | None = None
        self.left = stop_after

    def load(self):
        return self.arrays

    def save(self, arrays):
        self.arrays = {name: np.array(each) for name, each in arrays.items()}
        self.left -= 1
        if not self.left:
            raise Stopped

    def progress(self, items, total, what):
        return items


def fit(checkpoint=None, examples=None, threads=1, **settings) -> dict[str, np.ndarray]:
    images, labels, _ = examples or stripes(150, 10, 14, CLASSES)
    rng, checkpoint = np.random.default_rng(0), checkpoint or Kept()
    return convnet.fit(
        images, labels, rng, threads, **{**SETTINGS, **settings}, checkpoint=checkpoint
    )


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(
        one[name].tobytes() == other[name].tobytes() for name in one
    )


def test_a_fit_that_was_stopped_goes_on_to_the_same_bytes():
    kept = Kept(stop_after=3)
    with pytest.raises(Stopped):
        fit(kept)
    assert 0 < kept.arrays["epoch"] < 15
    assert same(fit(kept, threads=2), fit())


def test_features_tell_classes_of_new_images():
    state, images = fit(), stripes(90, 10, 14, CLASSES, 1).images
    features = convnet.encode(images, state)
    assert features.shape == (90, 12)
    assert features.dtype == np.float32
    known = convnet.encode(stripes(150, 10, 14, CLASSES).images, state)
    means = np.array([known[np.arange(150) % CLASSES == c].mean(axis=0) for c in range(CLASSES)])
    nearest = np.square(features[:, None] - means).sum(axis=2).argmin(axis=1)
    assert (nearest == np.arange(90) % CLASSES).mean() > 0.8


def test_a_state_is_arrays_without_objects_and_says_how_it_went():
    state = fit()
    assert all(isinstance(each, np.ndarray) and each.dtype != object for each in state.values())
    assert state["loss"].shape == state["accuracy"].shape == (12,)  # of five steps each
    assert state["loss"][-1] < state["loss"][0]
    narrow = str(state["precision"]) == "bfloat16"
    assert narrow or "trained in float32, as this " in state["said"][0]
    assert narrow == (len(state["said"]) == 0)


def test_mistakes_are_told(monkeypatch):
    with pytest.raises(BadInput, match="3x20 pixels"):
        fit(examples=stripes(20, 3, 20, 2))
    with pytest.raises(BadInput, match="learning_rate 1e"):
        fit(learning_rate=1e30)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BadInput, match="device is cuda"):
        fit(device="cuda")


# ---- the classifier


def write(folder, images: np.ndarray, labels: np.ndarray, part: np.ndarray = PART):
    """The representation of the pixels of images."""
    files = {name: folder / name for name in ("labels.csv", "classes.json", "parts.npy")}
    write_labels(
        files["labels.csv"],
        (Record("", int(y), "", i) for i, y in enumerate(labels)),
        content=np.arange(len(labels)),
    )
    write_json(files["classes.json"], ["a", "b", "c"])
    write_array(files["parts.npy"], part)
    write_array(folder / "images.npy", images)
    pixels = raw_pixels.extract(images).astype(np.float16)
    return Representation(
        name="pixels",
        blocks=[str(save(folder / "block", pixels, 100))],
        views=["original"],
        shard_size=100,
        images=folder / "images.npy",
        **{path.stem: path for path in files.values()},
    )


def trained(folder, images=None, labels=None, threads=1, part=PART, sgd=SGD, own=OWN) -> dict:
    examples = stripes(N, 10, 14, CLASSES)
    images = examples.images if images is None else images
    labels = examples.labels if labels is None else labels
    folder.mkdir(exist_ok=True)
    files = [folder / name for name in ("model.npz", "sweep.csv", "history.csv")]
    train(write(folder, images, labels, part), [own], [], sgd, 0, threads, *files)
    return read_arrays(files[0])


def accuracy(folder, images=None, labels=None) -> dict[str, float]:
    examples = stripes(N, 10, 14, CLASSES)
    images = examples.images if images is None else images
    labels = examples.labels if labels is None else labels
    tables = [folder / name for name in ("accuracy.csv", "confusion.csv", "predictions.npz")]
    score(write(folder, images, labels), [OWN], [], 0, folder / "model.npz", *tables)
    rows = [line.split(",") for line in tables[0].read_text().splitlines()]
    at, part = rows[0].index("accuracy"), rows[0].index("split")
    return {row[part]: float(row[at]) for row in rows[1:]}


def test_it_tells_classes_of_images_that_are_not_square(tmp_path):
    model = trained(tmp_path / "a")
    assert model["convnet.shape"].tolist() == [10, 14, 3]
    assert accuracy(tmp_path / "a")["test"] > 0.8
    assert not list((tmp_path / "a").glob("*checkpoint*"))
    history = (tmp_path / "a/history.csv").read_text().splitlines()
    assert len(history) == 1 + 10  # six steps an epoch
    assert float(history[-1].split(",")[-1]) > 0.8


def test_noise_in_place_of_other_images_changes_nothing(tmp_path):
    given = stripes(N, 10, 14, CLASSES)
    noise, other = given.images.copy(), given.labels.copy()
    rng = np.random.default_rng(3)
    noise[PART != TRAIN] = rng.integers(256, size=noise[PART != TRAIN].shape)
    other[PART != TRAIN] = rng.integers(CLASSES, size=120)
    assert same(trained(tmp_path / "a"), trained(tmp_path / "b", noise, other, threads=2))


def test_it_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    saved, save_arrays = [], Checkpoint.save

    def stopping(self, arrays):
        save_arrays(self, arrays)
        saved.append(int(arrays["epoch"]))
        if len(saved) == 3:
            raise Stopped

    monkeypatch.setattr(Checkpoint, "save", stopping)
    with pytest.raises(Stopped):
        trained(tmp_path / "a")
    assert same(trained(tmp_path / "a"), trained(tmp_path / "b"))
    assert saved[:4] == [1, 2, 3, 4]


def test_classes_that_count_alike_are_weighted(tmp_path):
    model = trained(tmp_path / "a")
    labels = stripes(N, 10, 14, CLASSES).labels
    part = PART.copy()
    part[(labels == 0) & (PART == TRAIN) & (np.arange(N) > 30)] = 3  # unused
    balanced = {"class_weight": "balanced", "choose_by": "balanced_accuracy"}
    plain = trained(tmp_path / "b", part=part)
    weighted = trained(tmp_path / "c", part=part, sgd=balanced)
    assert not same(plain, weighted)
    assert plain.keys() == weighted.keys() == model.keys()
    columns = (tmp_path / "c/sweep.csv").read_text().splitlines()[0].split(",")
    assert "validation_balanced_accuracy" in columns
