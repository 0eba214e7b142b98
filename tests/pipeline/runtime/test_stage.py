"""A user's mistake ends a stage with one line, also where it holds several."""

import subprocess
import sys

import pytest

from features.errors import BadInput
from pipeline.runtime import stage


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


def test_memory_is_that_of_the_stage_and_not_of_what_started_it():
    report = "from pipeline.runtime.stage import peak_memory; print(peak_memory())"
    large = f"""
import subprocess, sys
ballast = b"x" * (500 << 20)
subprocess.run([sys.executable, "-c", {report!r}], check=True)
print(len(ballast) >> 20)
"""
    run = subprocess.run([sys.executable, "-c", large], capture_output=True, text=True, check=True)
    small, ballast = map(float, run.stdout.split())
    assert 1 < small < ballast / 2
    held = f"ballast = b'x' * (200 << 20); {report}"
    run = subprocess.run([sys.executable, "-c", held], capture_output=True, text=True, check=True)
    assert float(run.stdout) > 200


def starve(file: str) -> None:
    raise MemoryError(file)


def test_too_little_memory_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr("sys.argv", ["starve", "--file", "a"])
    with pytest.raises(SystemExit, match=r"^error: not enough memory: lower shard_size"):
        stage.main(starve)
