"""A run belongs to one set of data, and says when it replaces the results of another config."""

import json
from pathlib import Path

import pytest
from support.image_sets import content, in_folder
from support.mistakes import refused

from pipeline.origin import check_origin, overwritten, write_origin
from pipeline.paths import Paths
from pipeline.plan import Plan

PATHS = Paths("pets")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(data: str) -> None:
    """What a run leaves that has loaded its images."""
    write_origin(PATHS, data)
    Path(PATHS.checksum).write_text("{}")


def finished(config: dict) -> None:
    Path(PATHS.results).mkdir(parents=True)
    Path(PATHS.provenance).write_text(json.dumps({"config": config}))


def test_two_folders_of_one_name_are_two_runs(here):
    old, new = (str(in_folder(here / age / "pets", content())) for age in ("old", "new"))
    assert Plan({"data": old}).paths.run == Plan({"data": new}).paths.run == "pets"
    check_origin(PATHS, old)
    loaded(old)
    check_origin(PATHS, old)
    told = "run: pets is the run of the data ./old/pets, not of ./new/pets"
    with refused(told, "--config run=NAME", "remove work/pets and results/pets"):
        check_origin(PATHS, new)


def test_where_nothing_was_loaded_a_run_is_nobodys(here):
    write_origin(PATHS, "old/pets")
    check_origin(PATHS, "new/pets")


@pytest.mark.parametrize("written", ["", "{", "[]", "[" * 5000, '{"data": 3}'])
def test_a_damaged_note_stops_nobody_with_a_traceback(here, written):
    loaded("old/pets")
    Path(PATHS.origin).write_text(written)
    if written == '{"data": 3}':
        with refused("run: pets is the run of the data 3"):
            check_origin(PATHS, "old/pets")
    else:
        check_origin(PATHS, "old/pets")


def test_one_folder_has_many_spellings(here, monkeypatch):
    in_folder(here / "pets", content())
    (here / "link").symlink_to("pets")
    loaded("pets")
    for spelling in ("./pets", "pets/", "link", str(here / "pets"), "x/../pets"):
        check_origin(PATHS, spelling)


def test_a_project_may_be_moved_with_its_data(here, monkeypatch):
    (here / "before").mkdir()
    monkeypatch.chdir(here / "before")
    in_folder(here / "before/pets", content())
    loaded("pets")
    (here / "before").rename(here / "after")
    monkeypatch.chdir(here / "after")
    check_origin(PATHS, str(here / "after/pets"))


def test_a_name_is_not_a_path(here):
    loaded("photos")
    with refused("is the run of the data photos, not of ./photos"):
        check_origin(PATHS, "./photos")


def test_another_config_of_a_run_replaces_its_results(here):
    config = Plan({}).config
    assert overwritten(PATHS, config) == ""
    finished(config)
    assert overwritten(PATHS, config) == ""
    assert overwritten(PATHS, Plan({"shard_size": 7}).config) == "", "it changes no table"
    said = overwritten(PATHS, Plan({"seeds": [1], "flips": True}).config)
    assert said.startswith("results/pets holds the results of another config (flips, seeds), ")
    assert said.endswith("to keep both, name this run: --config run=NAME")
