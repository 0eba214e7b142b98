"""New images are classified as the test images of the run were, by one file and nothing else."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from scipy.special import softmax
from support.colored_stripes import CLASSES, stripes
from support.image_sets import in_folder, in_zip
from support.project import ROOT, Run, only

from pipeline.images.labels import column
from pipeline.images.parts import TEST, VALIDATION
from pipeline.predict import COLUMNS, main
from pipeline.prediction import model_file
from pipeline.prediction.bundle import bundle

CLASSIFIERS = ("softmax", "two_layer")
SIZE, TURNED = 16, 6  # the EXIF orientation of what is to be turned by a quarter
CONFIG = {
    "data": "stripes",
    "run": "stripes",
    "image_size": SIZE,
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "flips": True,
    "seeds": [5],
    "blocks": {
        "color": {"feature": "color_histogram", "bins": 2},
        "words": {
            "feature": "bag_of_words",
            "codebook": {"words": 8, "patch_size": 4, "patches": 500, "iterations": 4},
        },
    },
    "representations": only(both=["words", "color"]),
    "classifiers": list(CLASSIFIERS),
    "sgd": {
        "epochs": 4,
        "steps": 0,
        "gain": 1,
        "batch_size": 8,
        "learning_rates": [0.1, 1],
        "l2": [0.01],
        "svm": None,
        "two_layer": {"epochs": 4, "hidden": [4], "learning_rates": [0.1]},
    },
}


def write(folder: Path) -> None:
    """Photographs as they come: JPEG, larger than wanted, no squares, some turned by EXIF."""
    rng, turned = np.random.default_rng(0), Image.Exif()
    turned[0x0112] = TURNED
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number in range(15):
            image = Image.fromarray(stripes(*name.split("_"), rng)).resize((24, 24))
            wide = Image.new("RGB", (30, 24), (90, 90, 90))
            wide.paste(image, (3, 0))
            options = {"exif": turned} if number % 3 == 0 else {}
            if options:
                wide = wide.transpose(Image.Transpose.ROTATE_90)
            wide.save(folder / name / f"{number}.jpg", quality=95, **options)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("predict"))
    write(made.folder / "stripes")
    made.make("--cores", "2", "results/stripes/model.npz", config=CONFIG)
    return made


class Done(NamedTuple):
    """What a command that succeeded said."""

    stdout: str
    stderr: str

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.stdout)))


@pytest.fixture
def predict(run, capsys, monkeypatch) -> Callable[..., Done]:
    """The command, in the run's folder."""
    monkeypatch.chdir(run.folder)

    def command(*arguments) -> Done:
        main(list(map(str, arguments)))
        return Done(*capsys.readouterr())

    return command


def python(run: Run, *arguments: str, folder: Path, **options) -> subprocess.Popen:
    """A process of its own, with the run's copy of the project; BLAS as a user has it."""
    unset = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment, "PYTHONPATH": str(run.project)},
        **options,
    )


def table(run: Run, classifier: str) -> dict:
    """What `score` wrote: of all images held out, and the files and scores of the test images."""
    work = run.folder / "work/stripes"
    kept = dict(np.load(work / "seed5/results/both/predictions.npz"))
    files, is_test = list(column(work / "labels.csv", "file")), kept["part"] == TEST
    return {
        **kept,
        "files": [files[i] for i in kept["image"][is_test]],
        "scores": kept[f"{classifier}.scores"][is_test],
        "temperature": kept[f"{classifier}.temperature"],
    }


def best_by_hand(run: Run) -> str:
    """The classifier with the higher accuracy on validation images; of equals the first."""
    kept = table(run, "softmax")
    chosen_by = kept["part"] == VALIDATION
    right = [
        (kept[f"{name}.scores"].argmax(axis=1) == kept["y"])[chosen_by].sum()
        for name in CLASSIFIERS
    ]
    return CLASSIFIERS[int(right[1] > right[0])]


def check(found: list[dict[str, str]], wanted: dict[str, np.ndarray]) -> None:
    """The answers for the test images, in their order, are those of the table."""
    probabilities = softmax(wanted["scores"] / wanted["temperature"], axis=1)
    order = np.argsort(-wanted["scores"], axis=1)
    assert [row["class"] for row in found] == [CLASSES[i] for i in order[:, 0]]
    for place, name in enumerate(("probability", "second_probability", "third_probability")):
        mine = np.take_along_axis(probabilities, order[:, [place]], axis=1)[:, 0]
        np.testing.assert_allclose([float(row[name]) for row in found], mine, atol=6e-5)
    assert [row["third"] for row in found] == [CLASSES[i] for i in order[:, 2]]


def test_test_images_get_the_answers_of_the_table_in_a_folder_where_nothing_else_is_left(
    run, tmp_path
):
    shutil.copy(run.folder / "results/stripes/model.npz", tmp_path)
    classifier = best_by_hand(run)
    wanted = table(run, classifier)
    for name in wanted["files"]:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(run.folder / "stripes" / name, tmp_path / name)
    command = ["-m", "pipeline.predict", "model.npz", *wanted["files"]]
    with python(run, *command, folder=tmp_path) as process:
        done = Done(*process.communicate())
    assert process.returncode == 0, done.stderr
    assert [row["path"] for row in done.rows()] == wanted["files"]
    check(done.rows(), wanted)
    assert done.stderr.startswith(f"model.npz: both with {classifier}, seed 5, right on ")


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_another_choice_is_read_from_the_files_of_the_run(run, predict, classifier):
    wanted = table(run, classifier)
    images = [Path("stripes", name) for name in wanted["files"]]
    check(predict("stripes", *images, "--classifier", classifier).rows(), wanted)


def test_a_choice_is_saved_as_a_file_that_says_the_same_alone(predict, tmp_path):
    for classifier in CLASSIFIERS:
        choice = ["--classifier", classifier, "--save", tmp_path / "mine.npz"]
        first = predict("stripes", "stripes", *choice)
        assert predict(tmp_path / "mine.npz", "stripes").stdout == first.stdout


def test_the_model_file_is_the_same_bytes_again_and_holds_nothing_of_the_fit(
    run, tmp_path, monkeypatch
):
    monkeypatch.chdir(run.folder)
    known = Path("work/stripes/models.json")
    bundle(json.loads(known.read_text()), tmp_path / "models.json", tmp_path / "model.npz")
    file = Path("results/stripes/model.npz")
    assert (tmp_path / "model.npz").read_bytes() == file.read_bytes()
    assert (tmp_path / "models.json").read_bytes() == known.read_bytes()
    arrays = np.load(file, allow_pickle=False)
    assert any(".state.words" in key for key in arrays)
    assert not any(key.endswith((".said", ".inertia", ".reseeded")) for key in arrays)
    description = json.loads(str(arrays["description"]))
    assert description["classes"] == CLASSES
    assert description["form"]["size"] == SIZE


def test_a_model_that_is_too_large_ends_no_run_and_says_what_to_do(
    run, predict, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(run.folder)
    monkeypatch.setattr(model_file, "LARGEST", 1000)
    models = json.loads(Path("work/stripes/models.json").read_text())
    bundle(models, tmp_path / "models.json", tmp_path / "model.npz")
    assert "--representation" in capsys.readouterr().err
    monkeypatch.setattr(model_file, "LARGEST", 100_000_000)
    with pytest.raises(SystemExit):
        predict(tmp_path, "stripes")
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "holds no model: both with" in said


def test_a_folder_and_an_archive_of_it_give_the_same_answers(run, predict, tmp_path):
    """With an image that cannot be read, which gets a row, and files that are no images."""
    files = {
        f"{i}.jpg": (run.folder / "stripes" / CLASSES[i] / "0.jpg").read_bytes() for i in (0, 1)
    }
    files |= {"broken.jpg": b"\xff\xd8\xff", ".hidden.jpg": b"x", "notes.txt": b"x"}
    folder = in_folder(tmp_path / "a", files)
    archive = in_zip(tmp_path / "a.zip", files)
    done = predict("stripes", folder, archive)
    found = done.rows()
    names = ("0.jpg", "1.jpg", "broken.jpg")
    assert [row.pop("path") for row in found] == [
        f"{x}/{n}" for x in (folder, archive) for n in names
    ]
    assert found[:3] == found[3:]
    broken = found[2]
    assert broken.pop("problem")
    assert set(broken.values()) == {""}
    assert done.stderr.splitlines()[-1].endswith(", 2 cannot be read.")


def test_the_table_goes_to_a_file_that_appears_whole(run, predict, tmp_path):
    image = f"stripes/{CLASSES[0]}/0.jpg"
    shown = predict("stripes", image)
    assert predict("stripes", image, "--csv", tmp_path / "out.csv").stdout == ""
    assert (tmp_path / "out.csv").read_text() == shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent", "stripes"], ["absent", "runs here: stripes"]),
        (["stripes", "absent.jpg"], ["absent.jpg", "no such image"]),
        (["stripes", "config.yaml"], ["config.yaml", "is no image"]),
        (["config.yaml", "stripes"], ["config.yaml", "no model file"]),
        (
            ["stripes", "stripes", "--representation", "hog"],
            ["no representation hog", "choose one of both"],
        ),
        (["stripes", "stripes", "--seed", "3"], ["has no seed 3", "choose one of 5"]),
        (["stripes", f"stripes/{CLASSES[0]}", "--csv", "work"], ["work"]),
    ],
)
def test_a_mistake_ends_in_one_line(run, arguments, words, capsys, monkeypatch):
    monkeypatch.chdir(run.folder)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 1
    (error,) = [line for line in capsys.readouterr().err.splitlines() if "error" in line]
    assert error.startswith("error: ")
    for word in words:
        assert word in error


def test_wrong_usage_ends_with_2(capsys):
    for arguments in (["run"], ["run", "image", "--seed", "x"], ["run", "image", "--absent"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert "usage: python -m pipeline.predict" in capsys.readouterr().err


def test_who_stops_reading_is_told_nothing(run):
    """As `| head -1` does, of more rows than a pipe holds."""
    command = ["-m", "pipeline.predict", "stripes", *["stripes"] * 40]
    with python(run, *command, folder=run.folder) as process:
        assert process.stdout.readline() == ",".join(COLUMNS) + "\n"
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 141
    assert len(said.splitlines()) == 1  # which model it is


def test_an_interrupt_is_told_nothing(run, monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.predict.predict", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["stripes", "image"])
    assert ended.value.code == 130
    assert capsys.readouterr().err == ""


def test_where_numpy_was_loaded_first_scores_are_the_same_bits(run):
    """As in a notebook: NumPy's own threads would change the last bits."""
    script = """
import sys, numpy as np
from pathlib import Path
from pipeline.predict import Model
model = Model.load("stripes", classifier="two_layer")
kept = np.load("work/stripes/seed5/results/both/predictions.npz")
images = np.load("work/stripes/images.npy")[kept["image"]]
print(np.array_equal(model.scores(images), kept["two_layer.scores"]))
"""
    with python(run, "-c", script, folder=run.folder) as process:
        assert process.communicate()[0] == "True\n"


def test_it_starts_without_what_only_training_and_pictures_need():
    command = "import sys, pipeline.predict; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "pipeline.prediction.model" in loaded
    heavy = {"pandas", "matplotlib", "skimage", "torch", "jsonschema", "snakemake"}
    assert not loaded & {*heavy, "pipeline.plan", "scipy.optimize", "scipy.linalg"}
