"""A run is replayed and compared: see also test_workflow, where it really is."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from support.mistakes import refused

from pipeline import verify


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    """The results of a run, which a replay copies."""
    monkeypatch.chdir(tmp_path)
    folder = Path("results/pets")
    folder.mkdir(parents=True)
    (folder / "provenance.json").write_text(json.dumps({"versions": {"numpy": "1"}}))
    (folder / "config.yaml").write_text("data: pets\n")
    (folder / "summary.csv").write_text("a\n1\n")
    monkeypatch.setattr(verify, "replay", copied)
    return folder


def copied(config: str, name: str, also: list[str], cores: str) -> None:
    assert (config, name) == ("results/pets/config.yaml", "verify-pets")
    shutil.copytree("results/pets", f"results/{name}")
    Path(f"results/{name}", verify.MARK).touch()
    Path(f"work/{name}").mkdir(parents=True)


def test_a_run_that_is_the_same_leaves_nothing_behind(results, capsys):
    assert verify.verify("pets", [], "1")
    assert capsys.readouterr().out == "All 1 files are the same, byte for byte.\n"
    assert [path.name for path in Path("results").iterdir()] == ["pets"]
    assert not list(Path("work").iterdir())


def test_a_run_that_differs_is_told_and_its_replay_stays(results, capsys, monkeypatch):
    def other(*arguments) -> None:
        copied(*arguments)
        Path("results/verify-pets/summary.csv").write_text("a\n2\n")
        text = json.dumps({"versions": {"numpy": "2"}})
        Path("results/verify-pets/provenance.json").write_text(text)

    monkeypatch.setattr(verify, "replay", other)
    for _ in range(2):  # the second one takes the place of the first
        assert not verify.verify("pets", [], "1")
        assert capsys.readouterr().out.splitlines() == [
            "versions.numpy: was 1, now 2",
            "summary.csv: differs, first in line 2: was 1, now 2",
            "1 of 1 files differ; the replay is in results/verify-pets.",
        ]
        assert Path("results/verify-pets/summary.csv").read_text() == "a\n2\n"
    assert (results / "summary.csv").read_text() == "a\n1\n"


@pytest.mark.parametrize("run", ["absent", "../pets", "", ".", "a\nb"])
def test_what_is_no_run_is_refused(results, run):
    with refused("holds no provenance.json and config.yaml", "give the name of a run"):
        verify.verify(run, [], "1")


@pytest.mark.parametrize("folder", ["results/verify-pets", "work/verify-pets"])
def test_a_run_of_the_users_is_never_removed(results, folder):
    (Path(folder) / "mine").mkdir(parents=True)
    with refused(f"{folder} is to hold the replay, but is not the folder of one"):
        verify.verify("pets", [], "1")
    assert (Path(folder) / "mine").exists()


def test_a_long_name_has_a_replay_too():
    assert verify.replay_name("ü" * 100) == "verify-run"
    assert verify.replay_name("pets") == "verify-pets"


def test_a_mistake_is_one_line(results, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["verify", "absent"])
    with pytest.raises(SystemExit, match=r"^error: RUN absent: results/absent holds no [^\n]*$"):
        verify.main()


def test_the_exit_code_says_whether_all_is_the_same(results, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["verify", "pets", "--also", "lecture", "audit"])
    asked = []
    for same, code in ((True, 0), (False, 1)):
        monkeypatch.setattr(
            verify, "verify", lambda *arguments, same=same: asked.append(arguments) or same
        )
        with pytest.raises(SystemExit) as ended:
            verify.main()
        assert ended.value.code == code
    assert asked == [("pets", ["lecture", "audit"], "all")] * 2
