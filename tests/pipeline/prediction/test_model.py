"""A model file says all that predictions need; what is damaged or of another kind is refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.image_sets import encoded
from support.mistakes import refused

from pipeline.prediction import finding, model_file
from pipeline.prediction.model import Model

SIZE = 4


def model(rows=SIZE, cols=SIZE, **changed) -> tuple[dict, dict]:
    """Scores are the mean red, green and blue of an image, of 0 to 1."""
    d = rows * cols * 3
    description = {
        "format": 1,
        "representation": "raw",
        "classifier": "line",
        "trial": {"seed": 0},
        "module": "linear",
        "classes": ["red", "green", "=blue"],
        "form": {"size": 0, "resize": "crop", "white": 65535, "rows": rows, "cols": cols},
        "views": ["original"],
        "blocks": [
            {
                "name": "raw",
                "feature": "raw_pixels",
                "settings": {},
                "state": None,
                "stored": {"type": "float16"},
                "contents": [],
            }
        ],
        "temperature": 0.5,
        "threshold": 0.6,
        "validation": {"n": 10, "right": 9},
    }
    arrays = {
        "mean": np.zeros(d, np.float32),
        "scale": np.ones(d, np.float32),
        "model.W": np.tile(np.eye(3, dtype=np.float32), (d // 3, 1)) * 3 / d,
        "model.b": np.zeros(3, np.float32),
    }
    return description | changed, arrays


def solid(*color: int, size=(SIZE, SIZE)) -> np.ndarray:
    return np.full((size[1], size[0], 3), color, np.uint8)


def saved(folder: Path, packed: tuple[dict, dict]) -> Path:
    path = folder / "model.npz"
    model_file.write(path, packed)
    return path


def test_an_answer_by_hand(tmp_path):
    """Scores are 1, 0 and 0.2; over a temperature of 0.5 they are 2, 0 and 0.4."""
    (answer,) = Model.load(saved(tmp_path, model())).predict(solid(255, 0, 51))
    powers = np.exp([2, 0.4, 0])
    assert answer.classes == ("red", "=blue", "green")
    np.testing.assert_allclose(answer.probabilities, powers / powers.sum(), atol=1e-3)  # 0.74
    assert not answer.unsure
    assert not answer.problem


def test_an_answer_below_the_threshold_is_unsure(tmp_path):
    def unsure(threshold: float | None) -> bool:
        packed = model(threshold=threshold)
        return Model(packed).predict(solid(255, 0, 51))[0].unsure

    assert [unsure(each) for each in (0.73, 0.76, None)] == [False, True, True]


def test_of_two_classes_an_answer_names_two(tmp_path):
    description, arrays = model(classes=["a", "b"])
    arrays |= {"model.W": arrays["model.W"][:, :2], "model.b": arrays["model.b"][:2]}
    assert Model((description, arrays)).predict(solid(0, 9, 0))[0].classes == ("b", "a")


def test_images_come_as_arrays_paths_or_lists_of_both(tmp_path):
    made, every = Model(model()), [solid(255, 0, 0), solid(0, 255, 0)]
    for i, each in enumerate(every):
        Image.fromarray(each).save(tmp_path / f"{i}.png")
    for images in (
        np.stack(every),
        every,
        tmp_path,
        str(tmp_path),
        [tmp_path / "0.png", every[1]],
    ):
        assert [each.classes[0] for each in made.predict(images)] == ["red", "green"]
    np.testing.assert_allclose(made.probabilities(np.stack(every)).sum(axis=1), 1)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 2)),
        np.zeros((2, 2, 3)),
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((0, 2, 3), "u1"),
    ],
)
def test_arrays_that_are_no_images_are_refused(images):
    with refused("uint8"):
        Model(model()).predict(images)


def test_other_sizes_are_brought_to_that_of_training():
    """Images were squares of one size: of a wider one the square in the middle is taken."""
    wide = np.concatenate([solid(0, 255, 0, size=(8, 8)), solid(255, 0, 0, size=(8, 8))], axis=1)
    wide = np.concatenate(
        [solid(0, 0, 255, size=(4, 8)), wide[:, 4:], solid(0, 0, 255, size=(8, 8))], axis=1
    )
    (answer,) = Model(model()).predict(wide)
    assert answer.classes[0] == "red"


def test_where_images_were_no_squares_others_of_another_size_are_named():
    good, bad = Model(model(rows=2, cols=4)).predict([solid(9, 0, 0, size=(4, 2)), solid(9, 0, 0)])
    assert good.classes[0] == "red"
    assert bad.problem == "4 x 4 pixels, and not 4 x 2 as all in training"


def test_16_bit_grey_has_the_white_of_training():
    form = model()[0]["form"] | {"white": 1000}
    grey = encoded(Image.fromarray(np.full((4, 4), 1000, np.uint16)))
    made = Model(model(form=form))
    np.testing.assert_array_equal(made.frame.white, 1000)
    from pipeline.prediction.given import Given

    np.testing.assert_array_equal(made.read(Given("", grey)).pixels, solid(255, 255, 255))


def test_what_cannot_be_read_is_an_answer_in_its_place(tmp_path):
    for name, data in {"1.png": encoded(solid(9, 0, 0)), "2.png": b"<html>", "3.png": b""}.items():
        (tmp_path / name).write_bytes(data)
    answers = Model(model()).predict([tmp_path, solid(0, 9, 0)])
    assert [each.problem for each in answers] == ["", "a web page", "empty", ""]
    assert [each.classes[:1] for each in answers] == [("red",), (), (), ("green",)]


def test_images_that_all_cannot_be_read(tmp_path):
    (tmp_path / "1.png").write_bytes(b"x")
    assert [each.problem for each in Model(model()).predict(tmp_path)] != [""]


def test_a_model_that_was_saved_is_the_same_bytes_again(tmp_path):
    first = saved(tmp_path, model())
    Model.load(first).save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == first.read_bytes()
    assert b"pickle" not in first.read_bytes()


def test_a_folder_with_a_model_file_is_enough(tmp_path):
    saved(tmp_path, model())
    assert Model.load(tmp_path).classes == ["red", "green", "=blue"]
    assert Model.load(str(tmp_path), representation="raw", classifier="line", seed=0)


def test_a_choice_that_is_not_in_the_file_is_refused_with_what_makes_it(tmp_path):
    path = saved(tmp_path, model())
    with refused("has representation raw, classifier line, seed 0", "snakemake --configfile"):
        Model.load(path, representation="hog")


def test_no_such_run_names_those_that_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with refused("cifar", "there is none here", "snakemake"):
        Model.load("cifar")
    (tmp_path / "results/colors").mkdir(parents=True)
    saved(tmp_path / "results/colors", model())
    with refused("cifar", "runs here: colors"):
        Model.load("cifar")
    assert Model.load("colors").where == "results/colors/model.npz"
    with refused("runs here: colors"):
        Model.load("")


@pytest.mark.parametrize("cut", [0, 10, 1000, -1])
def test_a_damaged_file_is_refused(tmp_path, cut):
    path = saved(tmp_path, model())
    path.write_bytes(path.read_bytes()[:cut])
    with refused("model.npz: is no model file, or a damaged one"):
        Model.load(path)


def test_a_file_that_holds_code_is_refused_and_nothing_of_it_is_run(tmp_path):
    with open(tmp_path / "model.npz", "wb") as file:
        np.savez(file, description=np.array([print], object), allow_pickle=True)
    with refused("is no model file"):
        Model.load(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("views", []),
        ("views", [3]),
        ("blocks", []),
        ("blocks", None),
        ("classes", ["a"]),
        ("form", {}),
        ("form", {"size": 0, "resize": "crop", "white": 0, "rows": 3, "cols": 3}),
        ("temperature", "warm"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(tmp_path, key, value):
    path = saved(tmp_path, model(**{key: value}))
    with refused("model.npz", "damaged"):
        Model.load(path)


@pytest.mark.parametrize("module", ["absent", "../../x"])
def test_a_classifier_that_this_project_does_not_have_is_named(module):
    with refused("needs pipeline.classifiers", "which is not here"):
        Model(model(module=module))


def test_a_feature_whose_package_is_missing_is_named(monkeypatch):
    def missing(*_):
        raise ModuleNotFoundError(name="torch")

    monkeypatch.setattr("pipeline.blocks.columns.Block.columns", missing)
    with refused("needs torch", "README"):
        Model(model())


def test_a_file_of_another_format_is_refused(tmp_path):
    path = saved(tmp_path, model(format=2))
    with refused("of format 2", "reads format 1"):
        Model.load(path)


def test_a_model_that_is_too_large_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(model_file, "LARGEST", 700)
    with refused("raw with line takes 0 MB", "--representation"):
        model_file.write(tmp_path / "model.npz", model())
    assert not list(tmp_path.iterdir())
    model_file.write_refusal(tmp_path / "model.npz", model_file.too_large(model()))
    with refused("holds no model", "raw with line"):
        Model.load(tmp_path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = saved(tmp_path, model())
    monkeypatch.setattr(model_file, "LARGEST", 700)
    with refused("is no model file"):
        Model.load(path)


def test_files_of_a_run_that_are_gone_are_named(tmp_path):
    """work/ is there in part, as after a copy of some of it."""
    folder, work = tmp_path / "results/colors", tmp_path / "work/colors"
    folder.mkdir(parents=True)
    work.mkdir(parents=True)
    saved(folder, model())
    known = {
        "run": "colors",
        "trials": [{"seed": 0}],
        "views": ["original"],
        "blocks": {},
        "representations": {"raw": []},
        "classifiers": {"line": "linear"},
        "pairs": {"raw": ["line"]},
        "choose_by": "accuracy",
        "model": "absent/model.npz",
        "predictions": "absent/predictions.npz",
    }
    (work / finding.MODELS).write_text(json.dumps(known))
    with refused("gone or damaged", "absent/model.npz", "snakemake"):
        Model.load(folder, representation="raw")
    with refused("has no representation hog", "choose one of raw"):
        Model.load(folder, representation="hog")
    shutil.rmtree(tmp_path / "work")
    assert Model.load(folder, representation="raw")
