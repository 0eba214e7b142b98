"""A setting that is a file's path: the file must be there, and a changed one reruns its jobs."""

import os
from pathlib import Path

import numpy as np
import pytest
from support.mistakes import refused
from support.noise import noise
from support.project import only

from pipeline import catalogue
from pipeline.blocks import columns
from pipeline.blocks import compute as stage
from pipeline.plan import Plan
from pipeline.runtime.store import read_array, write_array
from pipeline.setting_files import paths

READER = {
    "about": "",
    "knows": "nothing",
    "settings": {
        "kind": {"enum": ["none", "file"], "default": "none"},
        "table": {
            "type": "string",
            "default": "t.bin",
            "format": "file",
            "only": {"kind": ["file"]},
        },
    },
    "stored": {"type": "float32"},
}


@pytest.fixture(autouse=True)
def known(monkeypatch, tmp_path):
    found = {**catalogue.features(), "reader": READER}
    monkeypatch.setattr(catalogue, "features", lambda: found)
    monkeypatch.chdir(tmp_path)


def plan(verify: bool = False, **settings: str) -> Plan:
    blocks = {"mine": {"feature": "reader", **settings}}
    return Plan({"verify_data": verify, "blocks": blocks, "representations": only(mine=["mine"])})


def test_a_path_without_a_file_is_refused(tmp_path):
    with refused("config: blocks.mine.table: there is no file t.bin; give the path of one"):
        plan(kind="file")
    (tmp_path / "folder").mkdir()
    with refused("config: blocks.mine.table: there is no file folder"):
        plan(kind="file", table="folder")
    plan()  # where the setting does not apply, no file is wanted


def test_jobs_are_told_of_a_file_anew_when_it_changes_and_only_then():
    Path("t.bin").write_bytes(b"12")
    first = plan(kind="file").computed_with("mine")
    assert plan(kind="file").computed_with("mine") == first
    Path("t.bin").write_bytes(b"123")
    longer = plan(kind="file").computed_with("mine")
    os.utime("t.bin", ns=(1, 1))
    older = plan(kind="file").computed_with("mine")
    assert first != longer != older != first
    assert plan().computed_with("mine").keys() == {"feature", "settings", "stored"}


def test_with_verified_data_only_the_content_of_a_file_counts():
    Path("t.bin").write_bytes(b"12")
    first = plan(verify=True, kind="file").computed_with("mine")
    os.utime("t.bin", ns=(1, 1))
    assert plan(verify=True, kind="file").computed_with("mine") == first
    Path("t.bin").write_bytes(b"13")
    assert plan(verify=True, kind="file").computed_with("mine") != first


def test_paths_of_files_are_known_by_their_keys():
    Path("t.bin").write_bytes(b"12")
    assert paths(plan(kind="file").blocks) == {"blocks.mine.table": "t.bin"}
    assert paths(plan().blocks) == {}


def test_a_feature_is_given_the_contents_of_the_file(tmp_path, monkeypatch):
    class Reader:
        @staticmethod
        def extract(images, *, kind, table):
            assert kind == "file"
            return np.tile(np.frombuffer(table, np.uint8), (len(images), 1)).astype(np.float32)

    Path("t.bin").write_bytes(b"\x07\x09")
    told = plan(kind="file").computed_with("mine")
    monkeypatch.setattr(columns, "import_module", lambda _: Reader)
    write_array(tmp_path / "images", noise(3, 4, 4))
    stage.compute(
        tmp_path / "images", **told, view="original", shard="0-3", block=tmp_path / "block"
    )
    np.testing.assert_array_equal(read_array(tmp_path / "block"), [[7, 9]] * 3)


def test_a_file_is_given_to_what_is_computed_not_to_what_is_fitted():
    """`fit` would need a rule of its own to run again."""
    for feature in catalogue.features().values():
        files = {key for key, rule in feature["settings"].items() if rule.get("format") == "file"}
        assert not files & set(feature.get("fit", ()))
