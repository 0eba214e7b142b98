"""Files appear whole or not at all, and a disk that is full is told with the file's name."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-x", "@x", " =1", "'=1", "'' @x", "\uff1d1", "\tx", "'\rx"],
)
def test_text_that_is_a_formula_gets_an_apostrophe(text):
    assert store.format_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["cat", "", "'", "'cat'", "a=1", "1-2", "#x", "1e-5"])
def test_other_text_is_written_as_it_is(text):
    assert store.format_cell(text) == text


def test_numbers_are_no_formulas():
    cells = [-1, -0.5, np.float32(-0.25), float("nan"), True, np.bool_(False)]
    assert [str(store.format_cell(cell)) for cell in cells] == [
        *("-1", "-0.5", "-0.25", "nan", "true", "false")
    ]


@given(st.text("'=+-@ \tab\uff1d", max_size=6))
def test_what_was_written_can_be_told(text):
    """A reader takes one apostrophe off where apostrophes and blanks stand before a formula."""
    cell = str(store.format_cell(text))
    assert (cell[1:] if re.match("'[\\s']*[=+@\uff1d-]|'+\t", cell) else cell) == text
    assert cell[:1] not in tuple("=+-@\uff1d\t")
