"""What a config becomes: the folders of its run, and whether its data has changed."""

import pytest
from support.image_sets import content, in_folder
from support.mistakes import refused
from support.project import only

from pipeline.names import is_name
from pipeline.plan import Plan


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_config_that_is_at_fault_makes_no_plan():
    with refused("config: top level: unknown key 'dat'; did you mean 'data'?"):
        Plan({"dat": "photos"})


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("some where/my set", "my_set"),
        ("pets.v2", "pets.v2"),
        ("a{b}; $HOME", "a_b____HOME"),
        ("-x", "x"),
        ("..x", "x"),
        ("ü", "ü"),
        ("u\N{COMBINING DIAERESIS}", "ü"),
        ("हिन्दी चित्र", "हिन्दी_चित्र"),
        ("画像セット", "画像セット"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "a_b"),
        ("%%%", "data"),
        ("some where/photos", "photos_folder"),
        ("cifar10", None),
        ("x" * 200, "x" * 100),
        ("字" * 84, "字" * 83),  # 250 bytes, of 3 each
    ],
)
def test_results_are_named_after_the_data(here, folder, name):
    data = str(in_folder(here / folder, content()))
    name = name or "cifar10_folder"
    assert Plan({"data": data}).paths.results == f"results/{name}"
    assert Plan({"data": data, "run": "mine"}).paths.results == "results/mine"
    assert is_name(name)


def test_photos_are_a_run_of_their_own():
    assert Plan({"data": "photos"}).paths.results == "results/photos"


def test_a_path_may_begin_with_a_hyphen_or_a_tilde(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here / "home"))
    in_folder(here / "-pets", content())
    in_folder(here / "home/pets", content())
    assert Plan({"data": "-pets"}).fingerprint
    plan = Plan({"data": "~/pets"})
    assert plan.config["data"] == str(here / "home/pets")
    (here / "~").mkdir()
    in_folder(here / "~/pets", content())
    assert Plan({"data": "~/pets"}).config["data"] == "~/pets", "a folder of this name comes first"


@pytest.mark.parametrize("data", ["absent", "-absent", "~/absent", "old/../absent", "~no user/x"])
def test_a_missing_path_is_refused_with_where_it_was_sought(here, monkeypatch, data):
    monkeypatch.setenv("HOME", str(here))
    sought = here / ("absent" if "/absent" in data else data)
    with refused("no such folder or archive", f"looked for {sought}"):
        Plan({"data": data})


def test_a_known_name_is_not_a_folder_beside(here):
    in_folder(here / "photos", content())
    assert Plan({}).fingerprint == ""
    assert Plan({"data": "./photos"}).fingerprint


def test_the_fingerprint_follows_the_data(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = Plan({"data": str(folder)}).fingerprint
    assert before
    (folder / "cat/0.png").unlink()
    assert Plan({"data": str(folder)}).fingerprint not in (before, "")


def test_keys_that_do_not_apply_to_the_data_are_refused():
    with refused("config: layout: does not apply to data photos; remove it"):
        Plan({"layout": ["{class}/*"]})


def test_more_runs_than_one_command_can_name():
    with refused(
        "config: top level: 11 representations", "1,000 seeds", "divide them among several configs"
    ):
        representations = only(**{f"r{i}": ["hog"] for i in range(11)})
        Plan({"seeds": list(range(1000)), "representations": representations})
    with refused("1,000 seeds of 100 folds are too much for one run"):
        Plan({"seeds": list(range(1000)), "folds": 100})


def test_a_trial_is_a_seed_or_a_fold_of_it_and_has_a_folder_of_its_own():
    seeds, folds = Plan({"seeds": [3, 0]}), Plan({"seeds": [3, 0], "folds": 2})
    assert seeds.trials == [{"seed": 3}, {"seed": 0}]
    assert folds.trials == [
        *({"seed": 3, "fold": 1}, {"seed": 3, "fold": 2}),
        *({"seed": 0, "fold": 1}, {"seed": 0, "fold": 2}),
    ]
    assert seeds.paths.parts.format(**seeds.trials[0]) == "work/photos/seed3/parts.npy"
    assert folds.paths.parts.format(**folds.trials[3]) == "work/photos/seed0-fold2/parts.npy"
    assert folds.paths.timing("split") == "work/photos/timing/split-seed{seed}-fold{fold}.json"
    assert "folds" not in seeds.drawing()
    assert "test_fraction" not in folds.drawing()
