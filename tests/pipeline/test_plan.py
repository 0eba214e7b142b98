"""What a config becomes: the folders of its run, and whether its data has changed."""

import pytest
from support.image_sets import content, in_folder
from support.mistakes import refused

from pipeline.plan import Plan


def test_a_config_that_is_at_fault_makes_no_plan():
    with refused("config: top level: unknown key 'dat'; did you mean 'data'?"):
        Plan({"dat": "photos"})


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("photos", "photos"),
        ("/some/where/my set.tar.gz", "my_set"),
        ("pets.v2.ZIP", "pets.v2"),
        ("a{b}; $HOME", "a_b____HOME"),
        ("-x", "x"),
        ("ü", "data"),
        ("some/where/photos", "photos_folder"),
        ("cifar10.zip", "cifar10_folder"),
    ],
)
def test_results_are_named_after_the_data(data, name):
    assert Plan({"data": data}).paths.results == f"results/{name}"
    assert Plan({"data": data, "run": "mine"}).paths.results == "results/mine"


def test_a_known_name_is_not_a_folder_beside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "0.png").symlink_to("/etc/passwd")
    assert Plan({}).fingerprint == ""
    with refused("photos: 0.png is a link out of"):
        Plan({"data": "./photos"})


def test_the_fingerprint_follows_the_data(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = Plan({"data": str(folder)}).fingerprint
    assert before
    (folder / "cat/0.png").unlink()
    assert Plan({"data": str(folder)}).fingerprint not in (before, "")
    assert Plan({"data": str(tmp_path / "absent")}).fingerprint == ""
