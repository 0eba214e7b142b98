"""Invariance by the real Snakefile: undisturbed images give the table's accuracy to the digit."""

import pytest
from support.colored_stripes import write
from support.project import Run, only

CONFIG = {
    "data": "images",
    "run": "stripes",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "flips": True,
    "blocks": {
        "color": {"feature": "color_histogram", "bins": 4},
        "words": {
            "feature": "bag_of_words",
            "codebook": {"words": 8, "patches": 500, "iterations": 2},
        },
    },
    "representations": only(words=["words"], color=["color"], both=["words", "color"]),
    "classifiers": ["two_layer", "softmax"],
    "sgd": {
        "epochs": 4,
        "steps": 100,
        "learning_rates": [3],
        "l2": [0.01],
        "svm": None,
        "two_layer": {"l2": [0.01], "hidden": [8], "dropout": [0], "epochs": 4},
    },
}
ASKED = ("--", "invariance")
# In place of all, so that it does not take long: what places change, light, and nothing at all.
FEW = """
DISTURBANCES = tuple(map(named, ["undisturbed", "shuffled", "turned-180", "darkened-0.5"]))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("invariance"))
    with open(made.project / "pipeline/probes/disturbances.py", "a") as module:
        module.write(FEW)
    write(made.folder / CONFIG["data"], 15)
    made.make("--cores", "2", *ASKED, config=CONFIG)
    return made


def test_a_row_for_each_disturbance_representation_and_classifier_in_their_order(run):
    table = run.table("invariance")
    of = table[["disturbance", "representation", "classifier"]].to_numpy().tolist()
    assert of == [
        [disturbance, representation, classifier]
        for disturbance in ("undisturbed", "shuffled", "turned", "darkened")
        for representation in ("words", "color", "both")
        for classifier in ("two_layer", "softmax")
    ]
    assert set(table["n"]) == {4 * 6}  # 40 % of 15 images of each class


def test_undisturbed_images_give_exactly_the_accuracy_of_the_tables(run):
    table, plain = run.table("invariance"), run.table("accuracy")
    plain = plain[(plain["split"] == "test") & (plain["representation"] != "majority")]
    same = table[table["disturbance"] == "undisturbed"]
    assert same["accuracy"].tolist() == plain["accuracy"].tolist()
    assert (same["lost"] == 0).all()


def test_the_colour_histogram_loses_nothing_by_places_of_pixels_and_much_in_the_dark(run):
    table = run.table("invariance")
    moved = table["disturbance"].isin(["turned", "shuffled"])
    assert (table[moved & (table["representation"] == "color")]["lost"] == 0).all()
    assert (table[moved & (table["representation"] == "words")]["lost"] != 0).any()
    page = (run.folder / "results/stripes/invariance.md").read_text()
    assert (
        "color loses next to nothing on images as they are, with pixels shuffled or turned by 180"
        in page
    )


def test_the_same_bytes_on_one_core_and_nothing_to_do_before(run):
    assert "Nothing to be done" in run.make("--cores", "2", *ASKED, config=CONFIG)
    folder = run.folder / "results/stripes"
    before = {path.name: path.read_bytes() for path in folder.glob("invariance.*")}
    assert set(before) == {f"invariance.{end}" for end in ("csv", "svg", "png", "md")}
    (run.folder / "work/stripes/seed0/invariance/darkened-0.5.csv").unlink()
    run.make("--cores", "1", *ASKED, config=CONFIG)
    assert {name: (folder / name).read_bytes() for name in before} == before
