"""Time the main job, `photos`, from nothing to its tables: kernels compiled before, and not yet.

Run: python -m benchmarks.main_job
"""

import shutil

import pandas as pd

from benchmarks.support.checkout import checkout, snakemake
from benchmarks.support.record import add, race


def main():
    with checkout() as folder:

        def from_the_beginning():
            for name in ("work", "results", ".snakemake"):
                shutil.rmtree(folder / name, ignore_errors=True)
            snakemake(folder)

        compiling = race({"ours": from_the_beginning}, repeats=1)
        compiled = race({"ours": from_the_beginning}, repeats=3)
        best = pd.read_csv(folder / "results/photos/summary.csv")["test_accuracy_mean"].max()
    add("main_job", "photos, kernels compiled first", 2, compiling, {"ours": best})
    add("main_job", "photos", 2, compiled, {"ours": best})


if __name__ == "__main__":
    main()
