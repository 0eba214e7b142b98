"""What is written of the machine and the project is true, and is never a reason to fail."""

import subprocess
import sys

import numpy as np
import pytest

from pipeline.tables import machine as told
from pipeline.tables import revision


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("processor\t: 0\nmodel name\t: AMD  EPYC 7763\nmodel name\t: other\n", "AMD EPYC 7763"),
        ("model\t\t: 17\nmodel name\t: x: y\n", "x: y"),
    ],
)
def test_the_processor_is_called_as_the_system_calls_it(tmp_path, monkeypatch, text, name):
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(told, "CPUINFO", tmp_path / "cpuinfo")
    assert told.processor() == name


@pytest.mark.parametrize("text", [None, "", "CPU part\t: 0xd0c\n", "model name\t: \nflags\t: a\n"])
def test_a_processor_without_a_name_is_called_by_its_kind(tmp_path, monkeypatch, text):
    if text is not None:
        (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(told, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(told.platform, "processor", lambda: "")
    monkeypatch.setattr(told.platform, "machine", lambda: "riscv64")
    assert told.processor() == "riscv64"


def test_the_kernels_are_those_that_openblas_is_told_to_take():
    """OPENBLAS_CORETYPE chooses them where a processor has what they need; else it has no say."""
    command = "from pipeline.tables.machine import kernels; print(kernels('numpy'))"
    environment = {"OPENBLAS_CORETYPE": "Nehalem"}
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=revision.ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    if told.kernels("numpy") != "unknown" and told.platform.machine() == "x86_64":
        assert done.stdout.strip().lower() == "nehalem"
    else:
        assert done.stdout.strip() != ""


def test_where_there_is_no_openblas_its_kernels_are_unknown(tmp_path, monkeypatch):
    assert told.kernels("yaml") == "unknown"
    assert told.kernels("absent_package") == "unknown"
    (tmp_path / "libopenblas.so").write_bytes(b"no library")
    monkeypatch.setattr(told, "bundled", lambda package: [tmp_path / "libopenblas.so"])
    assert told.kernels("numpy") == "unknown"


def test_a_numpy_that_says_nothing_is_no_reason_to_fail(monkeypatch):
    monkeypatch.setattr(np, "show_config", lambda **_: {})
    found = told.machine()
    assert found["blas"]["name"] == found["blas"]["version"] == "unknown"
    assert found["simd"] == []


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository of the project with one commit."""
    monkeypatch.setattr(revision, "ROOT", tmp_path.resolve())
    monkeypatch.setattr(revision, "CODE", ("features", "pipeline"))
    for folder in revision.CODE:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").touch()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, *("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"))
    return tmp_path


def git(folder, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", folder, *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_revision_is_that_of_git(repository):
    found = revision.project()
    assert found["revision"] == git(repository, "rev-parse", "HEAD")
    assert found["changed"] is False


@pytest.mark.parametrize("file", ["features/a.py", "pipeline/new.py"])
def test_changed_and_new_code_is_told(repository, file):
    (repository / file).write_text("x = 1")
    assert revision.project()["changed"] is True


def test_notes_beside_the_code_are_no_change(repository):
    (repository / "notes.txt").write_text("x")
    assert revision.project()["changed"] is False


def test_a_repository_around_the_project_is_not_its_own(repository, monkeypatch):
    monkeypatch.setattr(revision, "ROOT", repository / "features")
    assert revision.project()["revision"] is None


@pytest.mark.parametrize("why", ["no repository", "no git"])
def test_without_git_the_version_is_all_that_is_told(tmp_path, monkeypatch, why):
    monkeypatch.setattr(revision, "ROOT", tmp_path)
    if why == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    found = revision.project()
    assert found["revision"] is None
    assert found["changed"] is None


def test_a_project_that_is_not_installed_has_no_version(tmp_path, monkeypatch):
    def absent(name):
        raise revision.PackageNotFoundError(name)

    monkeypatch.setattr(revision, "version", absent)
    assert revision.project()["version"] is None
