"""What stands last on the screen, for what was asked and what it led to."""

import logging
import os
from pathlib import Path

import pytest

from pipeline.paths import Paths
from pipeline.runtime.store import write_csv, write_text
from pipeline.screen import MOST_LINES, Screen, last_words

PATHS = Paths("pets")
TRACEBACK = """load: 1 of 2
Traceback (most recent call last):
  File "a.py", line 1, in f
    raise ValueError("first")

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 3, in f
    raise KeyError("second")
KeyError: 'second'
a note
"""


@pytest.fixture
def screen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_csv(Path(PATHS.table("data")), ("kind", "what"), [("note", "Size: all."), ("size", "3")])
    write_text(Path(PATHS.understood), "# Understood\n\n60 images.\n")
    write_text(Path(PATHS.summary), "| table |\n\nWarning: one.\n\nWarning: two.\n")
    return Screen(PATHS)


def last(screen: Screen, capsys, outcome: str, rules: set[str]) -> list[str]:
    """The lines that the end of a call of Snakemake writes, and nothing else does."""
    screen.outcome = outcome
    screen.end(rules)
    out, err = capsys.readouterr()
    assert not (out and err)
    return (out + err).splitlines()


def test_after_the_main_job_the_summary_its_warnings_and_the_path(screen, capsys, tmp_path):
    said = last(screen, capsys, "success", {"load", "train", "collect", "all"})
    results = f"Results: {tmp_path}/results/pets/"
    assert said == ["", "| table |", "", "Warning: one.", "Warning: two.", "", results]


def test_of_many_warnings_those_on_the_data_come_first(screen, capsys):
    notes = [("note", "Warning: of data."), ("note", "Size: all."), ("note", "Warning: more.")]
    write_csv(Path(PATHS.table("data")), ("kind", "what"), notes)
    said = last(screen, capsys, "success", {"collect"})
    assert said[3:7] == [
        *("Warning: of data.", "Warning: more.", "Warning: one."),
        "And 1 more warnings: see summary.md and data.md.",
    ]


def test_after_the_lecture_its_page_and_no_summary(screen, capsys, tmp_path):
    said = last(screen, capsys, "success", {"load", "train", "page", "lecture"})
    assert said == ["", f"The lecture: {tmp_path}/results/pets/lecture/lecture.md"]


def test_after_an_optional_rule_its_page(screen, capsys, tmp_path):
    said = last(screen, capsys, "success", {"load", "disturb", "audit", "invariance", "train"})
    assert said == [
        "",
        f"What each representation sees: {tmp_path}/results/pets/invariance.md",
        f"What is doubtful about the data: {tmp_path}/results/pets/audit.md",
    ]


def test_what_was_understood_is_shown_where_no_job_has_just_said_it(screen, capsys, tmp_path):
    place = f"What was understood of the data: {tmp_path}/results/pets/data.md"
    assert last(screen, capsys, "success", {"data"}) == [
        *("", "# Understood", "", "60 images.", "", place)
    ]
    screen.begin(logging.getLogger("of nobody"))
    os.utime(PATHS.understood, (screen.started + 1, screen.started + 1))
    assert last(screen, capsys, "success", {"load", "data"}) == ["", place]


def test_mistakes_are_said_once_each_and_not_too_many(screen, capsys):
    lines = [f"error: {i:03}" for i in range(MOST_LINES + 5)]
    write_text(Path(PATHS.mistakes), "\n".join([*lines, *lines]) + "\n")
    said = last(screen, capsys, "failure", {"load"})
    assert said == [*lines[:MOST_LINES], "error: and 5 more"]


def failed(log: Path) -> logging.LogRecord:
    job = {"event": "job_error", "rule_name": "train", "log": [str(log)]}
    return logging.makeLogRecord({"levelno": logging.ERROR, **job})


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (TRACEBACK, "error: train failed: KeyError: 'second' (see {log})"),
        ("", "error: train failed: it was ended from outside, perhaps because memory ran out"),
        ("Traceback (most recent call last):\n  x\nKeyboardInterrupt\n", "error: stopped; the "),
        ("load: 1 of 2\nusage: no such option\n", "error: train failed: usage: no such option"),
    ],
)
def test_a_job_that_fails_for_another_reason_is_named_with_its_log(
    screen, capsys, tmp_path, log, said
):
    write_text(tmp_path / "train.log", log)
    for _ in range(2):  # Snakemake may report it twice
        screen.filter(failed(tmp_path / "train.log"))
    (line,) = last(screen, capsys, "failure", {"train"})
    assert line.startswith(said.format(log=tmp_path / "train.log"))


def test_a_mistake_that_its_job_has_written_down_is_no_other_failure(screen, capsys, tmp_path):
    write_text(tmp_path / "train.log", "error: sgd: wrong\n")
    write_text(Path(PATHS.mistakes), "error: sgd: wrong\n")
    screen.filter(failed(tmp_path / "train.log"))
    assert last(screen, capsys, "failure", {"train"}) == ["error: sgd: wrong"]


def test_mistakes_of_an_earlier_call_are_forgotten(screen, capsys):
    write_text(Path(PATHS.mistakes), "error: old\n")
    screen.begin(logging.getLogger("of nobody"))
    assert last(screen, capsys, "failure", {"load"}) == []


def test_snakemakes_lines_on_each_job_are_left_out_and_its_warnings_are_not(screen):
    def shown(level: int, event: str) -> bool:
        return screen.filter(logging.makeLogRecord({"levelno": level, "event": event}))

    assert not shown(logging.INFO, "job_started")
    assert not shown(logging.INFO, "job_info")
    assert not shown(logging.ERROR, "job_error")
    assert shown(logging.WARNING, "job_started")
    assert shown(logging.INFO, "shellcmd")
    screen.all = True
    assert shown(logging.INFO, "job_started")
    assert shown(logging.ERROR, "job_error")


def test_last_words_are_short():
    assert last_words("") == ""
    assert len(last_words("x" * 10_000)) == 300
