"""A user's mistake ends a stage with one line, also where it holds several."""

import pytest

from features.errors import BadInput
from pipeline import stage


def refuse(file: str) -> None:
    raise BadInput(f"{file}: is\nodd")


def ends(monkeypatch) -> None:
    monkeypatch.setattr("sys.argv", ["refuse", "--file", "a"])
    with pytest.raises(SystemExit, match=r"^error: a: is odd$"):
        stage.main(refuse)


def test_mistakes_are_one_line_each_on_the_screen_and_in_the_copy(tmp_path, monkeypatch):
    copy = tmp_path / "mistakes"
    copy.touch()
    monkeypatch.setenv("MISTAKES", str(copy))
    for _ in range(2):
        ends(monkeypatch)
    assert copy.read_text() == "error: a: is odd\n" * 2


def test_no_copy_is_left_where_nobody_waits_for_one(tmp_path, monkeypatch):
    monkeypatch.setenv("MISTAKES", str(tmp_path / "mistakes"))
    ends(monkeypatch)
    assert not list(tmp_path.iterdir())
    monkeypatch.delenv("MISTAKES")
    ends(monkeypatch)
