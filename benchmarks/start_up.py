"""Time what is paid before any work is done: a finished workflow, and a stage's own start.

Run: python -m benchmarks.start_up
"""

import subprocess
import sys

from benchmarks.support.checkout import checkout, snakemake
from benchmarks.support.record import add, race

PYTHON = [sys.executable, "-c", "import numpy"]
STAGES = ("pipeline.blocks.compute", "pipeline.classifiers.train")


def main():
    with checkout() as folder:
        snakemake(folder)
        add(
            "start_up",
            "snakemake --cores 2, nothing to do",
            2,
            race({"ours": lambda: snakemake(folder)}, repeats=5),
            {},
        )
    for stage in STAGES:
        # All imports, none of the work.
        command = [sys.executable, "-m", stage, "--help"]
        runs = {
            "ours": lambda command=command: subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL
            ),
            "numpy": lambda: subprocess.run(PYTHON, check=True),
        }
        add("start_up", f"the stage {stage}", 1, race(runs, repeats=10), {})


if __name__ == "__main__":
    main()
