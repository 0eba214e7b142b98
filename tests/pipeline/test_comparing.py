"""Two runs are compared file by file, and what differs is said in a line."""

import gzip
from fnmatch import fnmatch

import pytest
from support.project import TIMED

from pipeline import comparing as compares
from pipeline.comparing import compared, conditions


@pytest.fixture
def both(tmp_path):
    """Two folders of results that are the same."""
    for name in ("before", "after"):
        (tmp_path / name / "lecture").mkdir(parents=True)
        (tmp_path / name / "summary.csv").write_text("a,b\n1,2\n3,4\n")
        (tmp_path / name / "accuracy.png").write_bytes(b"\x89PNG\0\xff")
        (tmp_path / name / "lecture/scale.csv").write_text("x\n")
    return tmp_path / "before", tmp_path / "after"


def different(both) -> list[str]:
    return compared(*both, ignoring=set()).different


def test_what_is_the_same_is_counted(both):
    assert compared(*both, ignoring=set()) == (3, [], [])
    assert compared(*both, ignoring={"summary.csv"}).n == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n3,5\n", "summary.csv: differs, first in line 3: was 3,4, now 3,5"),
        ("a,b\n1,2\n", "summary.csv: differs, first in line 3: was 3,4, now an empty line"),
        ("a,b\n1,2\n3,4\n5", "summary.csv: differs, first in line 4: was an empty line, now 5"),
        ("", "summary.csv: differs, first in line 1: was a,b, now an empty line"),
        ("a,b", "summary.csv: differs, first in line 2: was 1,2, now nothing"),
        ("\x1b[2J\n", r"summary.csv: differs, first in line 1: was a,b, now '\x1b[2J'"),
    ],
)
def test_the_first_line_that_differs_is_shown(both, text, said):
    (both[1] / "summary.csv").write_text(text)
    assert different(both) == [said]


def test_a_long_line_is_cut(both):
    (both[1] / "summary.csv").write_text("9" * 10_000)
    (line,) = different(both)
    assert len(line) < 250


def test_a_picture_only_differs(both):
    (both[1] / "accuracy.png").write_bytes(b"\x89PNG\0\xfe")
    assert different(both) == ["accuracy.png: differs"]


def test_a_packed_table_is_shown_unpacked(both):
    for folder, text in zip(both, ("a\n1\n", "a\n2\n"), strict=True):
        (folder / "predictions.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    assert different(both) == ["predictions.csv.gz: differs, first in line 2: was 1, now 2"]
    for folder, time in zip(both, (0, 1), strict=True):
        (folder / "predictions.csv.gz").write_bytes(gzip.compress(b"a", mtime=time))
    assert different(both) == ["predictions.csv.gz: differs"]


def test_files_that_only_one_run_has(both):
    """What only the replay makes is a difference; what it does not make may be of another rule."""
    (both[0] / "audit.csv").touch()
    (both[1] / "per_class.csv").touch()
    found = compared(*both, ignoring=set())
    assert found.different == ["per_class.csv: is made now, but was not there"]
    assert found.left_out == ["Not compared, since the replay does not make them: audit.csv."]
    assert found.n == 4


@pytest.mark.parametrize(
    "name", ["timing.csv", "provenance.json", "config.yaml", "cost.svg", "lecture/search.csv"]
)
def test_what_is_timed_is_not_compared(both, name):
    for folder, text in zip(both, "12", strict=True):
        (folder / name).write_text(text)
    assert compared(*both, ignoring=set()) == (3, [], [])


def test_what_is_not_compared_is_what_tests_of_workflows_pass_over():
    assert all(any(fnmatch(name, pattern) for pattern in compares.TIMED) for name in TIMED)


def test_conditions_that_differ_are_said_and_the_config_is_not():
    before = {
        "config": {"run": "a"},
        "data": {"sha256": "0"},
        "versions": {"numpy": "1.0", "scipy": "2"},
        "machine": {"processor": "x86_64", "system": "Linux"},
    }
    after = {
        "config": {"run": "b"},
        "data": {"sha256": "0"},
        "versions": {"numpy": "1.1", "scipy": "2"},
        "machine": {"processor": "x86_64", "system": "Linux", "blas": {"kernels": "Zen"}},
        "project": {"revision": None},
    }
    assert conditions(before, after) == [
        "versions.numpy: was 1.0, now 1.1",
        "machine.blas.kernels: was not said, now Zen",
    ]
    assert conditions(before, before) == []
