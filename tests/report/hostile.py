"""Images whose classes have names that a page could take for code, and optional tables."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from support.colored_stripes import stripes
from support.project import only

SCRIPT = "<script>document.title='taken'<!--"
CLASSES = (
    SCRIPT,
    "=1+1",
    "\u05e9\u05dc\u05d5\u05dd (1) ab",
    "{{ 7*7 }} & \"b\" 'c' " + "W" * 60,
)
STRIPES = ("green_lying", "red_lying", "green_standing", "red_standing")
N = 24  # images of each class

CONFIG = {
    "data": "images",
    "run": "hostile",
    "validation_fraction": 0.3,
    "blocks": {
        "color_histogram": {"bins": 4},
        "bag_of_words": {
            "codebook": {"words": 24, "patch_size": 4, "patches": 800, "iterations": 2}
        },
    },
    "representations": only(
        raw_pixels=["raw_pixels"],
        color_histogram=["color_histogram"],
        hog=["hog"],
        bag_of_words=["bag_of_words"],
        a_representation_with_quite_a_long_name_indeed=["color_histogram", "hog"],
    ),
    "sgd": {
        "epochs": 2,
        "steps": 0,
        "batch_size": 8,
        "learning_rates": [1],
        "l2": [0.001],
        "svm": {"learning_rates": [0.1]},
    },
}


def write_images(folder: Path) -> None:
    """An image folder, <class>/<number>.png."""
    rng = np.random.default_rng(0)
    for name, kind in zip(CLASSES, STRIPES, strict=True):
        (folder / name).mkdir(parents=True)
        for number in range(N):
            image = stripes(*kind.split("_"), rng)
            Image.fromarray(image).save(folder / name / f"{number}.png")


def write_optional(results: Path, work: Path) -> None:
    """The tables that only some calls make, as small as they can be with all their columns."""
    rows = pd.read_csv(results / "summary.csv", keep_default_na=False)
    rows = rows[rows["classifier"] != ""]
    pairs = list(zip(rows["representation"], rows["classifier"], strict=True))
    write(
        results / "invariance.csv",
        "disturbance amount representation classifier seed n accuracy undisturbed lost",
        [
            (disturbance, amount, *pair, 0, 24, 0.5, 0.9, 0.1 * place)
            for disturbance, amount in (("shift", 1), ("shuffled pixels", ""))
            for place, pair in enumerate(pairs)
        ],
    )
    write(
        results / "label_efficiency.csv",
        "representation classifier seed share labels draw validation_accuracy validation_loss "
        "test_accuracy knows chosen",
        [
            (*pair, 0, share, int(1000 * share), 1, 0.5, 1.0, 0.3 + share / 2, "nothing", "true")
            for pair in pairs
            for share in (0.01, 0.1, 1)
        ],
    )
    files = pd.read_csv(work / "labels.csv", keep_default_na=False)["file"]
    write(
        results / "audit.csv",
        "kind image split class other_image other_split other_class score reason",
        [
            (
                "exact duplicate",
                files[0],
                "train",
                CLASSES[0],
                files[1],
                "test",
                CLASSES[1],
                1,
                "",
            ),
            ("label", files[2], "train", CLASSES[2], "", "", CLASSES[3], 0.9, "contradicted"),
        ],
    )
    write_lecture(results / "lecture", work / "lecture")


def write(path: Path, columns: str, rows: list[tuple]) -> None:
    pd.DataFrame(rows, columns=columns.split()).to_csv(path, index=False)


def write_lecture(folder: Path, sentences: Path) -> None:
    """One part of the lecture."""
    folder.mkdir()
    sentences.mkdir()
    (folder / "lecture.md").write_text("# The lecture\n")
    (folder / "scale.csv").write_text("l2,scale\n0,1\n")
    (folder / "scale.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><circle r="9"/></svg>'
    )
    (sentences / "scale.txt").write_text(f"The loss of {SCRIPT} is 1.\n")
