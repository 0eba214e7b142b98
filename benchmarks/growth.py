"""Time and memory of the workflow as the number of images grows; fewer words and settings.

Each size runs once. Prints the exponent of time, and the largest job of each rule. Quality is the
peak memory of the largest job, in MiB. Run: python -m benchmarks.growth [ARCHIVE.zip]
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd
import yaml

from benchmarks.support.checkout import ROOT, checkout, snakemake
from benchmarks.support.image_sets import named, read, write_zip
from benchmarks.support.record import add, shown

SIZES = (15_000, 30_000, 60_000, 240_000)
WORDS = 200
THREADS = 2


def config() -> dict:
    """The comparison of config/cifar10.yaml, with fewer words and a smaller grid."""
    settings = yaml.safe_load((ROOT / "config/cifar10.yaml").read_text())
    settings["blocks"]["bag_of_words"]["codebook"]["words"] = WORDS
    settings["sgd"] |= {"learning_rates": [1, 10], "l2": [0.001, 0.01], "epochs": 6}
    settings["sgd"]["svm"] = None
    return settings | {"run": "growth"}


def measured(archive: Path) -> tuple[float, pd.Series]:
    """Seconds of all, and MiB of the largest job of each rule."""
    with checkout() as folder:
        (folder / "growth.yaml").write_text(yaml.safe_dump(config()))
        start = perf_counter()
        snakemake(folder, "--configfile", "growth.yaml", "--config", f"data={archive}")
        seconds = perf_counter() - start
        jobs = pd.read_csv(folder / "results/growth/timing.csv")
    return seconds, jobs.groupby("rule", sort=False)["peak_memory_mb"].max()


def main():
    images = read(named())
    memory, seconds = pd.DataFrame(), []
    for n in SIZES:
        with TemporaryDirectory() as temporary:
            archive = Path(temporary) / "images.zip"
            write_zip(archive, images, n)
            spent, memory[n] = measured(archive)
        seconds.append(spent)
        add("growth", f"{n} images", THREADS, {"ours": spent}, {"ours": memory[n].max()})
    print(shown(memory.round().reset_index()))
    exponent, _ = np.polyfit(np.log(SIZES), np.log(seconds), 1)
    print(f"time grows with the number of images to the power of {exponent:.3f}")


if __name__ == "__main__":
    main()
