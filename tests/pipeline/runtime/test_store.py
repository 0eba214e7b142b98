"""Files appear whole or not at all, and a disk that is full is told with the file's name."""

import numpy as np
import pytest
from support.little_room import little_room

from pipeline.runtime import store

MANY = 10_000


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
