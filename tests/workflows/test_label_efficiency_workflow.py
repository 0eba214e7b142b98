"""Label efficiency by the real Snakefile: the same bytes on any number of cores."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from support.colored_stripes import write
from support.project import Run, only

CONFIG = {
    "data": "images",
    "run": "stripes",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "blocks": {
        "pixels": {"feature": "raw_pixels"},
        "color": {"feature": "color_histogram", "bins": 2},
    },
    "representations": only(raw=["pixels"], color=["color"]),
    "classifiers": ["softmax", "two_layer"],
    "label_efficiency": {"shares": [1, 0.3], "draws": [1, 2]},
    "sgd": {
        "epochs": 2,
        "steps": 0,
        "learning_rates": [3],
        "l2": [0.01],
        "svm": None,
        "two_layer": {"l2": [0.01], "hidden": [8], "dropout": [0], "epochs": 2},
    },
}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("labels"))
    write(made.folder / CONFIG["data"], 15)
    made.make("--cores", "2", "label_efficiency", config=CONFIG)
    return made


def test_a_row_for_each_representation_classifier_share_and_draw(run):
    table = run.table("label_efficiency")
    assert len(table) == 2 * 2 * 3
    points = table[["share", "draw"]].drop_duplicates().to_numpy().tolist()
    assert sorted(points) == [[0.3, 1], [0.3, 2], [1, 1]]
    knows = table.groupby(["representation", "classifier"])["knows"].first()
    assert knows["raw", "softmax"] == "nothing"
    assert knows["raw", "two_layer"] == "labels of these images"
    assert knows["color", "two_layer"] == "hand-made, labels of these images"
    # Of 15 images of each of four classes 40 % are tested, 6; of the other 9, 30 % are drawn: 3.
    labels = table[["share", "labels"]].drop_duplicates().to_numpy().tolist()
    assert sorted(labels) == [[0.3, 4 * (2 + 1)], [1, 4 * 9]]
    assert (run.folder / "results/stripes/label_efficiency.svg").stat().st_size > 1000


def test_the_same_bytes_on_one_core_and_nothing_to_do_before(run):
    asked = ("--", "label_efficiency")
    assert "Nothing to be done" in run.make("--cores", "2", *asked, config=CONFIG)
    folder = run.folder / "results/stripes"
    before = {path.name: path.read_bytes() for path in folder.glob("label_efficiency.*")}
    assert set(before) == {f"label_efficiency.{end}" for end in ("csv", "svg", "png", "md")}
    run.make("--cores", "1", "--forcerun", "few_labels", *asked, config=CONFIG)
    assert {name: (folder / name).read_bytes() for name in before} == before


def records(folder: Path) -> dict[Path, int]:
    """Each draw that is done, and when it was."""
    found = (folder / "work/stripes").glob("**/labels/*/accuracy.csv")
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in found}


def killed_after_two_draws(run: Run) -> dict[Path, int]:
    """Start it, kill all of it once a second draw is written, and return the first one."""
    command = [sys.executable, "-m", "snakemake", "-s", run.project / "Snakefile", "--cores", "1"]
    command += ["--directory", run.folder, "--configfile", run.folder / "config.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(run.project)}
    with subprocess.Popen(
        [*command, "--", "label_efficiency"],
        cwd=run.folder,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None and len(records(run.folder)) < 2:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    first, *_ = sorted(records(run.folder).items(), key=lambda item: item[1])
    return dict([first])


def test_killed_in_the_middle_it_goes_on_to_the_same_bytes(run, tmp_path):
    other = Run(tmp_path)
    write(other.folder / CONFIG["data"], 15)
    (other.folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))
    done = killed_after_two_draws(other)
    assert len(records(other.folder)) < 6
    other.make("--unlock", config=CONFIG)
    other.make("--cores", "2", "--", "label_efficiency", config=CONFIG)
    after = records(other.folder)
    assert len(after) == 6
    assert {path: after[path] for path in done} == done  # what was done is not done again
    results = [each.folder / "results/stripes" for each in (run, other)]
    files = [
        {path.name: path.read_bytes() for path in folder.glob("label_efficiency.*")}
        for folder in results
    ]
    assert files[0] == files[1]
    assert len(files[0]) == 4
