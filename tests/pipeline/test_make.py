"""make DATA=PATH SIZE=64 gives Snakemake the path as it was written, whatever it is called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from snakemake.cli import parse_config
from support.project import ROOT

from pipeline.given import configs

NAMES = [
    *("my pets", "it's", "'quoted'", '"', "a'b\"c", "$HOME", "$(shell date)", "$$", "$(", "${x"),
    *("a#b", "#", "-pets", "~/pets", "back\\slash\\", "`date`", "a;b", "a&b|c", "*", "%", "a,b"),
    *(
        "2024",
        "1e5",
        "true",
        "null",
        "{a}",
        "[a]",
        "&a",
        "*a",
        "!a",
        "a: b",
        "x=y",
        "画像 ü",
        "a  b",
    ),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in which all is installed, and Snakemake only repeats what it is given."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.lock", ".venv/bin/pip", ".venv/core.stamp"):
        (tmp_path / name).touch()
    snakemake = tmp_path / ".venv/bin/snakemake"
    snakemake.write_text('#!/bin/sh\necho "cache $XDG_CACHE_HOME"\nprintf "%s\\0" "$@"\n')
    snakemake.chmod(0o755)
    shutil.copy(snakemake, tmp_path / ".venv/bin/python")
    return tmp_path


def given(project: Path, *options: str, **environment: str) -> tuple[str, list[str]]:
    """The cache that Snakemake is told to use, and its arguments."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        ["make", *options], cwd=project, env=kept | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    cache, _, arguments = done.stdout.partition("\n")
    return cache.removeprefix("cache "), arguments.split("\0")[:-1]


@pytest.mark.parametrize("name", NAMES)
def test_data_of_any_name_is_given_as_it_is(project, name):
    _, (option, *entries) = given(project, f"DATA={name}", "SIZE=64")
    assert option == "--config"
    assert configs([], entries) == [{"data": name}, {"image_size": 64}]
    assert parse_config(entries).keys() == {"data", "image_size"}


def test_without_data_there_is_no_config(project):
    assert given(project, DATA="of the environment", SIZE="3")[1] in ([], [""])
    assert given(project, "SIZE=8")[1] == ["--config", "image_size=8"]


def test_where_no_home_can_be_made_the_cache_is_in_the_project(project):
    (project / "file").touch()
    cache, _ = given(project, HOME=f"{project}/file/home")
    assert cache == f"{project}/.snakemake/cache"
    assert given(project, HOME=f"{project}/home")[0] == ""


@pytest.mark.parametrize("name", ["photos", "it's", "$HOME", "画像 ü"])
def test_a_run_of_any_name_is_verified(project, name):
    assert given(project, "verify", f"RUN={name}")[1] == ["-m", "pipeline.verify", name]


def test_verify_alone_is_of_the_main_job_and_of_more_where_it_is_said(project):
    command = ["-m", "pipeline.verify", "photos"]
    assert given(project, "verify", RUN="of the environment", ALSO="x")[1] == command
    also = given(project, "verify", "ALSO=lecture label_efficiency")[1]
    assert also == [*command, "--also", "lecture", "label_efficiency"]
