"""Of the models that fit a wish, the best on validation images is taken, of the first trial."""

from pathlib import Path

import numpy as np
import pytest
from support.mistakes import refused

from pipeline.images.parts import TEST, VALIDATION
from pipeline.prediction.choice import chosen
from pipeline.runtime.store import write_arrays

Y = np.array([0] * 8 + [1] * 2)  # and as many test images
# How many of the 8 and of the 2 validation images each is right on, with the seeds 3 and 4.
RIGHT = {
    ("hog", "svm"): [(7, 2), (6, 1)],
    ("hog", "softmax"): [(8, 0), (8, 0)],
    ("both", "svm"): [(6, 2), (8, 1)],
    ("both", "softmax"): [(7, 2), (7, 1)],
}
MODELS = {
    "run": "mine",
    "trials": [{"seed": 3}, {"seed": 4}],
    "views": ["original"],
    "blocks": {},
    "representations": {"hog": [], "both": []},
    "classifiers": {"svm": "linear", "softmax": "linear", "convnet": "convnet"},
    "pairs": {"hog": ["svm", "softmax"], "both": ["svm", "softmax"]},
    "choose_by": "accuracy",
    "model": "seed{seed}/{representation}/model.npz",
    "predictions": "seed{seed}/{representation}/predictions.npz",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Every test image is answered wrongly, which must count for nothing."""
    folder = tmp_path_factory.mktemp("choice")
    part = np.repeat([VALIDATION, TEST], len(Y))
    for i, seed in enumerate((3, 4)):
        for representation in ("hog", "both"):
            kept = {"y": np.tile(Y, 2), "part": part}
            for classifier in ("svm", "softmax"):
                zeros, ones = RIGHT[representation, classifier][i]
                right = np.concatenate([np.arange(8) < zeros, np.arange(2) < ones])
                answer = np.concatenate([np.where(right, Y, 1 - Y), 1 - Y])
                kept[f"{classifier}.scores"] = np.eye(2, dtype=np.float32)[answer]
            write_arrays(folder / f"seed{seed}/{representation}/predictions.npz", kept)
    return folder


def best(root: Path, choose_by="accuracy", **wish) -> tuple:
    return chosen({**MODELS, "choose_by": choose_by}, root, wish)


def test_the_mean_over_the_seeds_decides_and_of_equals_the_first(root):
    """Right of 20: 16, 16, 17 and 17."""
    assert best(root) == ("both", "svm", {"seed": 3})
    assert best(root, representation="hog") == ("hog", "svm", {"seed": 3})
    assert best(root, classifier="softmax") == ("both", "softmax", {"seed": 3})


def test_balanced_accuracy_decides_where_settings_are_chosen_by_it(root):
    """Its means: hog 0.78 and 0.5; both 0.81 and 0.81."""
    assert best(root, "balanced_accuracy")[:2] == ("both", "svm")
    assert best(root, "balanced_accuracy", representation="hog")[:2] == ("hog", "svm")


def test_what_is_named_in_full_is_taken_as_it_is(root):
    wish = {"representation": "hog", "classifier": "softmax", "seed": 4}
    assert best(Path("absent"), **wish) == ("hog", "softmax", {"seed": 4})


def test_a_seed_that_is_named_is_taken(root):
    assert best(root, seed=4) == ("both", "svm", {"seed": 4})


def test_of_folds_the_first_is_taken(root):
    models = MODELS | {"trials": [{"seed": 3, "fold": 1}, {"seed": 3, "fold": 2}]}
    assert chosen(models, root, {})[2] == {"seed": 3, "fold": 1}


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"representation": "raw\n"}, ["no representation 'raw\\n'", "hog, both"]),
        ({"classifier": "knn"}, ["no classifier knn", "svm, softmax, convnet"]),
        ({"seed": 5}, ["no seed 5", "3, 4"]),
        (
            {"representation": "hog", "classifier": "convnet"},
            ["not trained on hog", "svm, softmax"],
        ),
    ],
)
def test_what_no_model_fits_is_refused_with_what_there_is(root, wish, words):
    with refused("mine: ", *words):
        best(root, **wish)
