"""A job that was stopped goes on from what it kept, and never from what another job kept."""

import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.runtime.checkpoint import Checkpoint


@pytest.fixture
def images(tmp_path):
    file = tmp_path / "images.npy"
    file.write_bytes(b"pixels")
    return file


def test_what_was_saved_last_is_loaded_until_the_job_is_done(tmp_path, images):
    given = {"epochs": 3, "seed": 1}
    first = Checkpoint(tmp_path / "state.npz", given, [images])
    assert first.load() is None
    for epoch in range(2):
        first.save({"epoch": np.array(epoch), "W": np.full((2, 3), epoch / 7)})
    again = Checkpoint(tmp_path / "state.npz", {"seed": 1, "epochs": 3}, [images])
    found = again.load()
    assert sorted(found) == ["W", "epoch"]
    assert found["epoch"] == 1
    np.testing.assert_array_equal(found["W"], np.full((2, 3), 1 / 7))
    again.remove()
    assert again.load() is None
    assert os.listdir(tmp_path) == ["images.npy"]


def test_what_was_saved_of_other_settings_or_files_is_not_gone_on_with(tmp_path, images):
    Checkpoint(tmp_path / "state.npz", {"seed": 1}, [images]).save({"W": np.eye(2)})
    assert Checkpoint(tmp_path / "state.npz", {"seed": 2}, [images]).load() is None
    images.write_bytes(b"other pixels")
    assert Checkpoint(tmp_path / "state.npz", {"seed": 1}, [images]).load() is None


def test_what_other_code_saved_is_not_gone_on_with(tmp_path, monkeypatch):
    source = tmp_path / "edges.py"
    source.write_text("cells = 4")
    monkeypatch.setitem(sys.modules, "features.edges_of_a_test", SimpleNamespace(__file__=source))
    Checkpoint(tmp_path / "state.npz", 0).save({"W": np.eye(2)})
    assert Checkpoint(tmp_path / "state.npz", 0).load() is not None
    source.write_text("cells = 8")
    assert Checkpoint(tmp_path / "state.npz", 0).load() is None
