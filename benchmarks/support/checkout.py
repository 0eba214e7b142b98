"""A copy of the project's own files, to run the workflow in from the beginning."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
FILES = ("Snakefile", "config", "features", "pipeline")


@contextmanager
def checkout() -> Iterator[Path]:
    """A folder that holds the project as it is, and nothing computed or compiled."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in FILES:
            if (ROOT / name).is_dir():
                shutil.copytree(
                    ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(ROOT / name, folder)
        yield folder


def snakemake(folder: Path, *options: str) -> None:
    """Run the workflow there on two cores; raises CalledProcessError, and prints what it said."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *options]
    result = subprocess.run(
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if result.returncode:
        print(result.stdout)
    result.check_returncode()
