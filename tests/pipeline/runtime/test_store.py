"""Files appear whole or not at all, and a disk that is full is told with the file's name."""

import resource
from contextlib import contextmanager

import numpy as np
import pytest

from pipeline.runtime import store
from pipeline.sources import external_sort as sorting

MANY = 10_000


@contextmanager
def little_room():
    """Files may have a thousand bytes: as on a full disk, a write fails in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:  # at once: what the tests print may go to a file
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: store.write_array(path, np.zeros(MANY)),
        lambda path: store.write_arrays(path, {"a": np.zeros(MANY)}),
        lambda path: store.write_json(path, "x" * MANY),
        lambda path: store.write_csv(path, ["a"], [[1]] * MANY),
    ],
    ids=["array", "arrays", "json", "csv"],
)
def test_a_write_that_fails_names_its_file_and_leaves_the_one_before(write, tmp_path):
    path = tmp_path / "written"
    path.write_text("before")
    with pytest.raises(OSError, match=f": '{path}'$"), little_room():
        write(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_that_has_a_name_keeps_it(tmp_path):
    missing = tmp_path / "missing"
    with pytest.raises(FileNotFoundError) as caught, store.whole(tmp_path / "written"):
        missing.read_bytes()
    assert caught.value.filename == str(missing)
    assert not list(tmp_path.iterdir())


def test_what_is_sorted_names_the_folder_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(OSError, match=f": '{tmp_path}'$"), little_room():
        list(sorting.in_order((i,) for i in range(MANY)))
