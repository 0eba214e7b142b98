"""Blocks of frozen networks in the real workflow."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from support.colored_stripes import write
from support.predictions import scored_twice
from support.project import Run, only
from support.small_onnx import model

from features.pretrained import extract
from pipeline.prediction.model import Model

SCALE = {"mean": [0.5, 0.5, 0.5], "deviation": [0.25, 0.25, 0.25]}
CONFIG = {
    "data": "stripes",
    "run": "frozen",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "shard_size": 20,
    "blocks": {
        "photographs": {"feature": "pretrained", "size": 32},
        "mine": {"feature": "pretrained", "model": "onnx", "file": "nets/my.onnx", **SCALE},
    },
    "representations": only(photographs=["photographs"], mine=["mine"]),
    "classifiers": ["softmax"],
    "sgd": {"epochs": 4, "steps": 0, "gain": 1, "learning_rates": [0.1, 1], "l2": [0.001]},
}
N = 8  # images of each class


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("frozen"))
    write(made.folder / "stripes", N)
    (made.folder / "nets").mkdir()
    onnx_file(made).write_bytes(model(("n", 3, 16, 16)))
    made.make("--cores", "2", config=CONFIG)
    return made


def onnx_file(run: Run) -> Path:
    return run.folder / "nets/my.onnx"


def block(run: Run, name: str) -> np.ndarray:
    folder = run.folder / f"work/frozen/blocks/{name}/original"
    return np.concatenate([np.load(folder / f"{rows}.npy") for rows in ("0-20", "20-32")])


def images(run: Run) -> np.ndarray:
    return np.load(run.folder / "work/frozen/images.npy")


def test_blocks_are_what_the_networks_see(run):
    unused = {"file": None, "mean": None, "deviation": None, "output": None}
    seen = extract(images(run), model="efficientnet_lite0", size=32, square_root=True, **unused)
    np.testing.assert_array_equal(block(run, "photographs"), seen.astype(np.float16))
    settings = {"file": onnx_file(run).read_bytes(), "size": None, "output": None, **SCALE}
    settings["square_root"] = None
    seen = extract(images(run), model="onnx", **settings)
    assert block(run, "mine").dtype == np.float32
    np.testing.assert_array_equal(block(run, "mine"), seen)


def test_rows_of_the_table_know_another_data_set(run):
    summary = run.table("summary", "frozen").set_index("representation")
    assert (summary.loc[["photographs", "mine"], "knows"] == "another data set").all()
    assert dict(summary["n_features"]) == {"majority": 0, "photographs": 1280, "mine": 4}


def test_another_file_reruns_what_depends_on_it_and_nothing_else(run):
    assert run.would_run(CONFIG) == Counter()
    onnx_file(run).write_bytes(model(("n", 3, 16, 16), says={"made": "anew"}))
    needed = run.would_run(CONFIG)
    assert needed["compute"] == 2  # the shards of one block
    assert needed["train"] == needed["score"] == 1
    assert not needed.keys() & {"load", "split", "fit"}


def test_mistakes_are_told_in_one_line(run):
    mine = CONFIG["blocks"]["mine"]
    cases = (
        ({"file": "nets/no.onnx"}, "blocks.mine.file", "no file nets/no.onnx"),
        ({"file": "stripes/red_lying/0.png"}, "pretrained: file", "cannot load it as an ONNX"),
        ({"model": "efficientnet_lite0"}, "applies where model is onnx", "remove it"),
    )
    for i, (change, *words) in enumerate(cases):
        blocks = {"mine": {**mine, **change}}
        config = {**CONFIG, "blocks": blocks, "representations": only(mine=["mine"])}
        run.fails(*words, config={**config, "run": f"wrong{i}"})


def test_predictions_are_those_of_the_run_and_a_file_of_a_model_has_the_network_in_it(
    run, tmp_path
):
    again, scores = scored_twice(run.folder, "frozen", "mine", "softmax")
    np.testing.assert_array_equal(again, scores)
    model = Model.load(run.folder / "results/frozen", "mine")
    model.save(tmp_path / "mine.npz")
    alone = Model.load(tmp_path / "mine.npz")
    np.testing.assert_array_equal(alone.scores(images(run)), model.scores(images(run)))
    described = [each["settings"]["file"] for each in alone.about["blocks"]]
    assert described == [None]  # not where it lay
