"""The whole workflow on a set with every oddity at once, whose right numbers are known."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.stats import binom
from support.colored_stripes import stripes
from support.image_sets import in_folder
from support.project import TIMED, Run, only

RED, GREEN = "=1+1 | $x$", "@green\n*y*"  # the classes, as their folders are called
# In tables an apostrophe is in front; names with line breaks are in the quotes of ascii() first.
SHOWN = {RED: "'=1+1 | $x$", GREEN: "''@green\\n*y*'"}
N = {("train", RED): 60, ("train", GREEN): 30, ("test", RED): 12, ("test", GREEN): 6}
COPIED = 4  # test images of RED that are training images too
RAW = {"feature": "raw_pixels"}
CONFIG = {
    "data": "odd set",
    "run": "odd",
    "unreadable": "skip",
    "validation_fraction": 0.3,
    "shard_size": 50,
    "blocks": {
        "color": {"feature": "color_histogram", "bins": 2},
        "words": {
            "feature": "bag_of_words",
            "codebook": {"words": 8, "patch_size": 4, "patches": 500, "iterations": 4},
        },
    },
    "representations": only(color=["color"], words=["words"]),
    "classifiers": ["softmax"],
    "sgd": {
        "epochs": 4,
        "steps": 300,
        "gain": 1,
        "batch_size": 8,
        "momentum": 0.9,
        "learning_rates": [0.1, 1, 10],
        "l2": [0.0001, 0.01],
    },
}


def write(folder: Path, test_seed=1) -> Path:
    """PNG and BMP of 16 and 20 pixels; a file that is none, a text, and copies in test."""
    for (split, name), n in N.items():
        rng = np.random.default_rng([test_seed if split == "test" else 0, name == RED])
        (folder / split / name).mkdir(parents=True, exist_ok=True)
        for i in range(n):
            image = stripes("red" if name == RED else "green", "lying", rng)
            sides = (16, 16) if i % 3 else (20, 16)
            file = folder / split / name / f"{i}.png"
            Image.fromarray(image).resize(sides, Image.Resampling.NEAREST).save(file)
    for i in range(COPIED):
        with Image.open(folder / "train" / RED / f"{i}.png") as image:
            image.save(folder / "test" / RED / f"{i}.png")
            (folder / "test" / RED / f"{i}.png").rename(folder / "test" / RED / f"copy {i}.png")
            image.save(folder / "test" / RED / f"copy {i}.png", "bmp")
    return in_folder(folder, {f"train/{RED}/bad.png": b"text", f"train/{RED}/-note.txt": b"x"})


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("understood"))
    write(made.folder / "odd set")
    made.said = made.make("--cores", "2", config=CONFIG)
    return made


def test_data_alone_is_understood_before_anything_is_computed(tmp_path):
    run = Run(tmp_path)
    write(run.folder / "odd set")
    jobs = run.would_run(CONFIG, "--cores", "2", "data")
    assert jobs == {"load": 1, "data": 1}
    said = run.make("--cores", "2", "data", config=CONFIG)
    assert "What was understood of odd set: 108 images of 2 classes." in said
    results = run.folder / "results/odd"
    assert {path.name for path in results.iterdir()} == {"data.md", "data.csv"}
    assert not list((run.folder / "work/odd").glob("seed*"))


def test_all_is_said_on_the_screen_in_a_page_and_in_a_table(run):
    page = (run.folder / "results/odd/data.md").read_text()
    table = run.table("data", "odd")
    notes = table.query("kind == 'note'")["what"].tolist()
    assert len(notes) == page.count("\n- ")
    for note in notes:
        assert f"- {note}\n" in run.said
    counts = table.query("kind == 'images'").set_index(["split", "what"])["n"].astype(int)
    assert counts.to_dict() == {
        **{(split, SHOWN[name]): n for (split, name), n in N.items()},
        ("skipped", SHOWN[RED]): 1,
    }
    sizes = table.query("kind == 'size'").set_index("what")["n"].astype(int)
    # Of n images those divisible by 3 are 20 wide: 20, 10, 4 and 2 of them; of the copies 0 and 3.
    assert sizes.to_dict() == {"16 x 16": 108 - 36, "20 x 16": 36}
    (bad,) = table.query("kind == 'unreadable'").itertuples()
    assert (bad.what, bad.example) == ("text, not an image", repr(f"train/{RED}/bad.png")[1:-1])
    (passed,) = table.query("kind == 'passed over'").itertuples()
    assert (passed.what, int(passed.n)) == (".txt files", 1)


def test_images_are_32_pixels_wide_and_skipped_ones_play_no_part(run):
    images = np.load(run.folder / "work/odd/images.npy")
    assert images.shape == (109, 32, 32, 3)
    part = np.load(run.folder / "work/odd/seed0/parts.npy")
    # Of 60 and 30 training images 0.3: 18 and 9 for validation.
    assert np.bincount(part).tolist() == [63, 27, 14, 4, 1]
    (unused,) = np.flatnonzero(part == 4)
    labels = pd.read_csv(run.folder / "work/odd/labels.csv")
    assert labels["file"][unused].endswith("bad.png")
    assert labels["split"][unused] == "skipped"
    assert not images[unused].any()


def test_accuracies_are_given_with_and_without_images_that_were_seen(run):
    accuracy = run.table("accuracy", "odd").set_index(["representation", "split"])
    for name in ("color", "words"):
        n = accuracy.loc[name]["n"]
        assert n.to_dict() == {"train": 63, "validation": 27, "test": 18, "test_unseen": 14}
    summary = run.table("summary", "odd").set_index("representation")
    for name in ("color", "words"):
        unseen = accuracy.loc[(name, "test_unseen"), "accuracy"]
        assert summary.loc[name, "test_unseen_accuracy_mean"] == unseen
    assert accuracy.loc[("color", "test_unseen"), "accuracy"] == 1
    head, _, majority, *_ = (run.folder / "results/odd/summary.md").read_text().splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")][3:] == [
        *("validation", "test", "95 %", "balanced", "macro F1", "unseen test", "knows")
    ]
    assert [cell.strip() for cell in majority.strip("|").split("|")] == [
        *(
            "majority",
            "0",
            "",
            "0.667",
            "0.667",
            "0.437-0.837",
            "0.500",
            "0.400",
            "0.571",
            "nothing",
        )  # 12 of 18, 8 of 14 unseen
    ]


def test_no_cell_of_any_table_is_a_formula(run):
    tables = list((run.folder / "results/odd").rglob("*.csv"))
    assert len(tables) >= 7
    for path in tables:
        with open(path, encoding="utf-8", newline="") as table:
            cells = [cell for row in csv.reader(table) for cell in row]
        numbers = re.compile(r"-?[\d.]+(e[+-]\d+)?\Z")
        odd = [c for c in cells if c.startswith(tuple("=+-@")) and not numbers.match(c)]
        assert not odd, path
    confusion = run.table("confusion", "odd")
    assert set(confusion["class"]) == set(confusion["predicted"]) == set(SHOWN.values())


def test_results_are_the_same_bytes_on_one_core_and_in_other_shards(run):
    run.make("--cores", "1", config={**CONFIG, "run": "other", "shard_size": 13})
    ours, others = (run.folder / "results" / name for name in ("odd", "other"))
    names = {path.name for path in ours.iterdir()}
    assert {"data.md", "data.csv", "summary.md"} < names
    assert names == {path.name for path in others.iterdir()}
    for name in names - TIMED:
        assert (ours / name).read_bytes() == (others / name).read_bytes(), name


def test_other_test_images_train_nothing(run):
    write(run.folder / "other set", test_seed=2)
    run.make("--cores", "2", config={**CONFIG, "run": "tests", "data": "other set"})
    work = run.folder / "work"
    found = [path.relative_to(work / "odd") for path in (work / "odd/seed0").rglob("*.npz")]
    trained = [path for path in found if path.name != "predictions.npz"]
    assert len(trained) == 3  # a codebook, and two models
    trained += [Path("seed0/results/color") / name for name in ("sweep.csv", "history.csv")]
    for name in trained:
        assert (work / "tests" / name).read_bytes() == (work / "odd" / name).read_bytes(), name
    tables = [
        run.table("confusion", name).query("representation == 'words'")["n"].tolist()
        for name in ("odd", "tests")
    ]
    assert sum(tables[0]) == sum(tables[1]) == 18


def test_images_that_were_seen_can_be_left_out(run):
    config = {**CONFIG, "run": "dropped", "duplicates": "drop_from_test"}
    run.make("--cores", "2", config=config)
    accuracy = run.table("accuracy", "dropped").query("representation == 'color'")
    assert dict(zip(accuracy["split"], accuracy["n"], strict=True)) == {
        "train": 63,
        "validation": 27,
        "test": 14,
    }
    assert "unseen" not in (run.folder / "results/dropped/summary.md").read_text()
    assert run.table("summary", "dropped")["test_unseen_accuracy_mean"].isna().all()


def fails(run: Run, *words: str, **config) -> str:
    return run.fails(*words, config={**CONFIG, "run": "bad", **config})


def test_they_can_be_refused(run):
    fails(run, "4 of 18 test images have the same pixels", duplicates="refuse")


def test_an_unreadable_image_is_refused_unless_it_may_be_skipped(run):
    said = fails(run, "1 of 109 images cannot be read", "bad.png", unreadable="refuse")
    assert "set unreadable: skip" in said
    write(run.folder / "worse set")
    (run.folder / "worse set/train" / RED / "worse.png").write_bytes(b"")
    fails(run, "2 of 110 images", "worse.png (empty)", "more than 1%", data="worse set")
    assert not (run.folder / "work/bad/labels.csv").exists()


def test_a_test_folder_of_copies_is_no_test(run):
    folder = run.folder / "copied set"
    for name in ("a", "b"):
        rng = np.random.default_rng(len(name))
        images = {f"{i}.png": stripes("red", "lying", rng) for i in range(5)}
        for split in ("train", "test"):
            (folder / split / name).mkdir(parents=True)
            for file, image in images.items():
                Image.fromarray(image).save(folder / split / name / file)
    fails(run, "10 of 10 test images", "nothing to test on", data="copied set")


def test_noise_is_at_chance_on_images_that_were_not_seen(run):
    """120 training images of noise in two classes; 60 test images are copies of some, 60 are not.

    More pixels than images: the copies are told apart, which says nothing about others.
    """
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        known = rng.integers(0, 256, (60, 16, 16, 3), np.uint8)
        fresh = rng.integers(0, 256, (30, 16, 16, 3), np.uint8)
        for split, images in (("train", known), ("test", np.concatenate([known[:30], fresh]))):
            (folder := run.folder / "noise" / split / name).mkdir(parents=True)
            for i, image in enumerate(images):
                Image.fromarray(image).save(folder / f"{i}.png")
    config = {**CONFIG, "data": "noise", "run": "noise", "blocks": {"raw": RAW}}
    said = run.make("--cores", "2", config=config | {"representations": only(raw=["raw"])})
    assert "Warning: 60 of 120 test images have the same pixels" in said
    accuracy = run.table("accuracy", "noise").query("n_features > 0").set_index("split")
    assert accuracy["n"].loc[["test", "test_unseen"]].to_list() == [120, 60]
    low, high = binom.interval(0.9999, 60, 1 / 2)
    unseen = accuracy.loc["test_unseen", "accuracy"]
    assert low <= 60 * unseen <= high
    assert accuracy.loc["test", "accuracy"] > unseen + 0.1
