"""Features, classifiers and sources are added as files, and the workflow runs with all of them."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.colored_stripes import CLASSES, stripes
from support.project import ROOT, Run, only

N = 15  # images of each class
ADDITIONS = Path(__file__).parents[1] / "support/additions"
LINES = {  # all that is changed in a file of the project, a line each
    "pipeline/classifiers/losses.py": (
        "import numpy as np\n",
        "import numpy as np\nfrom pipeline.classifiers.squared_hinge import squared_hinge\n",
    ),
    "pipeline/sources/registry.py": (
        'SOURCES = ("photos", ',
        'SOURCES = ("npz", "photos", ',
    ),
}
CONFIG = {
    "data": "stripes.npz",
    "run": "added",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "blocks": {
        "texture": {"feature": "census", "grid": 2},
        "colors": {"feature": "class_colors", "scale": 0.5},
        "pixels": {"feature": "raw_pixels"},
    },
    "representations": only(texture=["texture"], colors=["colors"], pixels=["pixels"]),
    "classifiers": ["nearest_mean", "squared_hinge", "svm"],
    "sgd": {
        "epochs": 6,
        "steps": 300,
        "gain": 1,
        "batch_size": 8,
        "momentum": 0.9,
        "learning_rates": [0.01, 0.1, 1],
        "l2": [0.0001, 0.01, 1],
        "svm": None,
        "squared_hinge": {"learning_rates": [0.003, 0.03, 0.3]},
    },
}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("contracts"))
    shutil.copytree(ADDITIONS, made.project, dirs_exist_ok=True)
    for name, text in examples().items():
        assert not (made.project / name).exists()
        (made.project / name).write_text(text)
    for name, (before, after) in LINES.items():
        text = (made.project / name).read_text()
        assert text.count(before) == 1
        (made.project / name).write_text(text.replace(before, after))
    np.savez(made.folder / "stripes.npz", **images())
    made.make("--cores", "2", "all", "lecture", config=CONFIG)
    return made


def examples() -> dict[str, str]:
    """The files that docs/architecture.md shows, by the path in their first line."""
    page = (ROOT / "docs/architecture.md").read_text()
    shown = re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in shown] == [
        "features/census.py",
        "features/census.yaml",
    ]
    return dict(shown)


def images() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    drawn = [stripes(*name.split("_"), rng) for name in CLASSES for _ in range(N)]
    labels = np.repeat(np.arange(len(CLASSES)), N)
    return {"images": np.array(drawn), "labels": labels, "names": np.array(CLASSES)}


def loaded(run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images, classes and parts, as they were loaded and split."""
    work = run.folder / "work/added"
    labels = pd.read_csv(work / "labels.csv")["label"].to_numpy()
    return np.load(work / "images.npy"), labels, np.load(work / "seed0/parts.npy")


def table(run: Run, name: str) -> pd.DataFrame:
    return run.table(name, "added")


def test_a_source_is_read_as_it_is(run):
    given, (pixels, labels, _) = images(), loaded(run)
    files = pd.read_csv(run.folder / "work/added/labels.csv", dtype=str)["file"].astype(int)
    np.testing.assert_array_equal(pixels, given["images"][files])
    np.testing.assert_array_equal(labels, given["labels"][files])


def test_a_computed_feature_has_its_columns_and_tells_what_it_sees(run):
    accuracy = table(run, "accuracy").query("representation == 'texture' and split == 'test'")
    assert (accuracy["n_features"] == 4 * 256).all()
    confusion = table(run, "confusion").query("representation == 'texture'")
    truth, guess = (confusion[side].str.split("_").str[1] for side in ("class", "predicted"))
    assert confusion.loc[truth != guess, "n"].sum() == 0  # lying or standing, whatever the colour


def test_a_fitted_feature_learns_from_labels_of_training_images(run):
    pixels, labels, part = loaded(run)
    (file,) = run.folder.glob("work/added/seed0/states/class_colors-*.npz")
    means = np.load(file)["means"]
    colors = pixels.mean(axis=(1, 2))
    for label in range(len(CLASSES)):
        expected = colors[(labels == label) & (part == 0)].mean(axis=0)
        np.testing.assert_allclose(means[label], expected, rtol=1e-5)
    block = np.load(run.folder / "work/added/seed0/blocks/colors/original/0-60.npy")
    distance = np.linalg.norm(colors[:, None] - means, axis=2)
    np.testing.assert_allclose(block, -0.5 * distance, rtol=1e-4, atol=1e-4)


def test_a_loss_is_trained_and_scored(run):
    block = np.load(run.folder / "work/added/blocks/pixels/original/0-60.npy").astype(float)
    model = np.load(run.folder / "work/added/seed0/results/pixels/model.npz")
    _, labels, part = loaded(run)
    scores = (block - model["mean"]) * model["scale"] @ model["squared_hinge.W"]
    scores += model["squared_hinge.b"]
    margins = np.maximum(scores - scores[np.arange(60), labels][:, None] + 1, 0) ** 2
    loss = margins.sum(axis=1) - 1
    row = table(run, "accuracy").query(
        "representation == 'pixels' and classifier == 'squared_hinge' and split == 'test'"
    )
    assert row["loss"].item() == pytest.approx(loss[part == 2].mean(), rel=1e-3, abs=1e-4)
    right = scores.argmax(axis=1) == labels
    assert row["accuracy"].item() == pytest.approx(right[part == 2].mean())
    tried = table(run, "sweep").query("classifier == 'squared_hinge'")
    assert set(tried["learning_rate"]) == {0.003, 0.03, 0.3}


def test_a_classifier_that_is_not_linear_is_trained_and_scored(run):
    block = np.load(run.folder / "work/added/blocks/pixels/original/0-60.npy").astype(float)
    _, labels, part = loaded(run)
    training = block[part == 0]
    deviation = training.std(axis=0)
    X = (block - training.mean(axis=0)) / np.where(deviation > 0, deviation, np.inf)
    means = np.stack([X[(labels == c) & (part == 0)].mean(axis=0) for c in range(4)])
    predicted = np.linalg.norm(X[:, None] - means, axis=2).argmin(axis=1)
    row = table(run, "accuracy").query(
        "representation == 'pixels' and classifier == 'nearest_mean' and split == 'test'"
    )
    assert row["accuracy"].item() == pytest.approx((predicted == labels)[part == 2].mean())
    assert row[["learning_rate", "l2"]].isna().all(axis=None)
    tried = table(run, "sweep").query("classifier == 'nearest_mean'")
    assert len(tried) == 3
    assert tried["chosen"].all()
    assert not tried["on_edge"].any()


def test_all_are_in_the_summary_and_the_picture(run):
    first, *_ = table(run, "summary").itertuples()
    assert (first.representation, first.n_features) == ("majority", 0)
    summary = table(run, "summary")[1:]
    rows = set(zip(summary["representation"], summary["classifier"], strict=True))
    assert rows == {
        (name, classifier)
        for name in ("texture", "colors", "pixels")
        for classifier in CONFIG["classifiers"]
    }
    picture = (run.folder / "results/added/accuracy.svg").read_text()
    for title in ("nearest mean", "squared hinge", "SVM"):
        assert f">{title}<" in picture


def test_the_lecture_says_what_it_leaves_out(run):
    folder = run.folder / "results/added/lecture"
    page = (folder / "lecture.md").read_text()
    assert "no picture of what weights mean for texture (census)." in page
    assert "no picture of what weights mean for colors (class_colors)." in page
    assert "The classifier nearest_mean is not linear" in page
    assert (folder / "weights_pixels.svg").exists()
    assert not (folder / "weights_texture.svg").exists()
    weights = pd.read_csv(folder / "weights_pixels.csv")
    assert set(weights["classifier"]) == {"squared_hinge", "svm"}
