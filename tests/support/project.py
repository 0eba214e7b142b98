"""A copy of the project, in which the real workflow runs on images made for it."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).parents[2]
# The files of a run that differ from run to run.
TIMED = {
    "timing.csv",
    "provenance.json",
    "config.yaml",
    "cost.csv",
    "cost.svg",
    "cost.png",
    "report.html",
}
PARTS = ("Snakefile", "config", "features", "pipeline", "profiles")


def copy_project(folder: Path) -> Path:
    """The project's own files, so that they can be edited, with what numba has compiled."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part,
                folder / part,
                ignore=lambda _, files: [file for file in files if ".tmp." in file],
            )
        else:
            shutil.copy2(ROOT / part, folder)
    return folder


def only(**representations: list[str]) -> dict:
    """The representations of a config that has these, and none of config/default.yaml."""
    default = yaml.safe_load((ROOT / "config/default.yaml").read_text())
    return {**dict.fromkeys(default["representations"]), **representations}


class Run:
    """A copy of the project, and a folder in which it runs on two cores."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "run"
        self.folder.mkdir(parents=True)
        (folder / "project").mkdir()
        self.project = copy_project(folder / "project")

    def snakemake(self, *options: str, config: dict) -> subprocess.CompletedProcess:
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
        command = [sys.executable, "-m", "snakemake", "-s", self.project / "Snakefile"]
        command += ["--directory", self.folder, "--configfile", self.folder / "config.yaml"]
        return self.run([*command, *options])

    def by_hand(self, command: str) -> None:
        """A command of the shell, as a user would give it."""
        done = self.run(["bash", "-c", command])
        assert done.returncode == 0, done.stdout + done.stderr

    def run(self, command: list) -> subprocess.CompletedProcess:
        environment = {**os.environ, "PYTHONPATH": str(self.project)}
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, env=environment
        )

    def make(self, *options: str, config: dict) -> str:
        """Everything that the options ask for; what Snakemake said."""
        done = self.snakemake(*options, config=config)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def would_run(self, config: dict, *options: str) -> Counter:
        """How many jobs of each rule a dry run announces."""
        options = options or ("--cores", "2")
        said = self.make(*options, "--dry-run", "--quiet", "progress", config=config)
        return Counter(re.findall(r"^(?:rule|checkpoint) (\w+):$", said, re.MULTILINE))

    def fails(self, *words: str, config: dict) -> str:
        """The run ends with one line that has all the words, and leaves nothing half-done.

        There may only be what was understood of the data, where that was before the mistake.
        """
        done = self.snakemake("--cores", "2", config=config)
        said = done.stdout + done.stderr
        assert done.returncode != 0
        assert "Traceback" not in said
        # Several jobs may run into the same mistake at once, and each says so where it runs.
        errors = {line for line in said.splitlines() if line.startswith("error: ")}
        assert len(errors) == 1
        (error,) = errors
        assert done.stderr.splitlines()[-1] == error
        for word in words:
            assert word in error
        results = self.folder / "results" / config["run"]
        assert {path.name for path in results.glob("*")} in (set(), {"data.md", "data.csv"})
        assert not list(self.folder.glob(f"work/{config['run']}/**/*.partial"))
        return error

    def table(self, name: str, results: str = "stripes") -> pd.DataFrame:
        return pd.read_csv(self.folder / f"results/{results}/{name}.csv")
