"""A stage on the command line: its options, what it says and where, and how a mistake ends it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.little_room import little_room

from features.errors import BadInput
from pipeline.runtime import stage


@pytest.fixture
def run(capsys, monkeypatch):
    """`stage.main` with options; what it changes for the life of a process is changed back."""
    monkeypatch.setattr("sys.stderr", sys.stderr)
    handler = signal.getsignal(signal.SIGTERM)

    def main(function: Callable, *options: str) -> None:
        monkeypatch.setattr("sys.argv", ["stage", *options])
        stage.main(function)

    yield main
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def ends(run, capsys):
    """The same for a stage that ends with a mistake; what is said on standard error."""

    def main(function: Callable, *options: str, status: int = 1) -> str:
        with pytest.raises(SystemExit) as caught:
            run(function, *options)
        assert caught.value.code == status
        said = capsys.readouterr()
        assert said.out == ""
        return said.err

    return main


def of_its_own(body: str, *options: str) -> subprocess.CompletedProcess:
    """A process that runs a stage `work(word: str)` with this body."""
    script = f"""
import sys
from features.errors import BadInput
from pipeline.runtime import stage
def work(word: str) -> int:
    {body}
stage.main(work)
"""
    command = [sys.executable, "-c", script, "--word=ready", *options]
    return subprocess.run(command, capture_output=True, text=True)


# ---- options


def test_every_parameter_is_an_option(run):
    given = {}

    def work(
        in_file: Path,
        word: str,
        whole: int,
        real: float,
        table: dict,
        row: list,
        also: Path | None,
    ) -> int:
        given.update(locals())
        return 1

    table = {"a": [1, None], "b": {"c": True}}
    run(
        work,
        *("--in-file=a b.npy", "--word=-x {y}", "--whole=3", "--real=1e-3", '--row=["a", 2.5]'),
        *(f"--table={json.dumps(table)}", "--also=c"),
    )
    del given["given"]
    assert given == {
        "in_file": Path("a b.npy"),
        "word": "-x {y}",
        "whole": 3,
        "real": 0.001,
        "table": table,
        "row": ["a", 2.5],
        "also": Path("c"),
    }
    assert [type(given[name]) for name in ("whole", "real")] == [int, float]


def test_a_parameter_with_a_default_may_be_left_out(run):
    given = []

    def work(size: int, state: Path | None = None) -> int:
        given.append((size, state))
        return size

    run(work, "--size=1")
    run(work, "--size=2", "--state=x")
    assert given == [(1, None), (2, Path("x"))]


@dataclass(frozen=True)
class Place:
    name: str
    folders: list
    count: int
    table: Path


def test_a_structure_is_read_from_json(run):
    given = []

    def work(place: Place) -> int:
        given.append(place)
        return 1

    values = {"name": "a/b", "folders": ["c", "d"], "count": 3, "table": "e/f.csv"}
    run(work, f"--place={json.dumps(values)}")
    assert given == [Place("a/b", ["c", "d"], 3, Path("e/f.csv"))]


@pytest.mark.parametrize(
    "place",
    ["{", '{"name": "a"}', '{"name": "", "folders": [], "count": 1, "table": "", "odd": 1}'],
    ids=["damaged", "too little", "too much"],
)
def test_a_structure_that_is_none_is_refused(ends, place):
    def work(place: Place) -> None:
        raise AssertionError(place)

    assert "--place" in ends(work, f"--place={place}", status=2)


def spend(seconds: float) -> int:
    return 7


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seconds=1", "--odd=2"], "unrecognized arguments: --odd=2"),
        (["--seconds=1", "2"], "unrecognized arguments: 2"),
        (["--seconds=much"], "argument --seconds: invalid float value: 'much'"),
        ([], "the following arguments are required: --seconds"),
    ],
    ids=str,
)
def test_options_that_are_not_those_of_the_stage_are_refused(ends, options, words):
    assert words in ends(spend, *options, status=2)


def test_what_every_job_is_told_is_accepted_by_all_and_handed_to_those_that_use_it(run):
    given = []

    def work(threads: int) -> int:
        given.append(threads)
        return 1

    run(spend, "--seconds=1", "--threads=2", "--seed=3")
    run(work, "--threads=2", "--seed=3")
    assert given == [2]


def test_time_and_memory_are_noted(run, tmp_path):
    run(spend, "--seconds=1", f"--timing={tmp_path / 'new/timing.json'}")
    noted = json.loads((tmp_path / "new/timing.json").read_text())
    assert noted.keys() == {"n_images", "seconds", "peak_memory_mb"}
    assert noted["n_images"] == 7
    assert 0 <= noted["seconds"] < 60
    assert noted["peak_memory_mb"] > 1


# ---- mistakes


def refuse(file: str) -> None:
    raise BadInput(f"{file}: is\nodd")


def test_mistakes_are_one_line_each_on_the_screen_and_in_the_copy(ends, tmp_path):
    copy = tmp_path / "work/mistakes"  # nor need the folder be there
    for _ in range(2):
        assert ends(refuse, "--file=a", f"--mistakes={copy}") == "error: a: is odd\n"
    assert copy.read_text() == "error: a: is odd\n" * 2


def test_no_copy_is_left_where_nobody_waits_for_one(ends, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ends(refuse, "--file=a") == "error: a: is odd\n"
    assert not list(tmp_path.iterdir())


def test_no_time_is_noted_of_what_failed(ends, tmp_path):
    ends(refuse, "--file=a", f"--timing={tmp_path / 'timing.json'}")
    assert not list(tmp_path.iterdir())


def test_where_the_disk_is_full_the_screen_has_the_mistake(ends, tmp_path):
    with little_room(0):
        said = ends(refuse, "--file=a", f"--mistakes={tmp_path / 'mistakes'}")
    assert said == "error: a: is odd\n"


def test_what_the_system_refuses_is_told_with_its_file(ends, tmp_path):
    def work(file: Path) -> None:
        file.read_bytes()

    said = ends(work, f"--file={tmp_path / 'absent'}")
    assert said == f"error: [Errno 2] No such file or directory: '{tmp_path / 'absent'}'\n"


@pytest.mark.parametrize("failure", [MemoryError, BrokenExecutor])
def test_too_little_memory_is_told_in_one_line(ends, failure):
    def starve(file: str) -> None:
        raise failure(file)

    said = ends(starve, "--file=a")
    assert said.startswith("error: not enough memory: lower shard_size")
    assert said.count("\n") == 1


# ---- logs


def test_the_log_has_what_the_screen_shows(tmp_path):
    log = tmp_path / "new/stage.log"
    for body in ("print(word, file=sys.stderr)", "sys.stderr.write('é\\udcff')", "pass"):
        done = of_its_own(f"{body}; return 1", f"--log={log}")
        assert done.returncode == 0
        assert done.stdout == ""
        assert log.read_text("utf-8") == done.stderr.replace("\\xe9", "é")
    assert done.stderr == ""  # each run begins a new log


def test_a_mistake_stands_in_the_log_too(tmp_path):
    log = tmp_path / "stage.log"
    done = of_its_own(
        "raise BadInput(word)", f"--log={log}", f"--mistakes={tmp_path / 'mistakes'}"
    )
    assert done.returncode == 1
    assert done.stderr == log.read_text() == "error: ready\n"
    assert (tmp_path / "mistakes").read_text() == "error: ready\n"


def test_a_failure_of_the_program_stands_in_the_log_with_its_traceback(tmp_path):
    done = of_its_own("raise KeyError(word)", f"--log={tmp_path / 'stage.log'}")
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("KeyError: 'ready'\n")
    assert (tmp_path / "stage.log").read_text() == done.stderr


# ---- memory


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
