"""Write down time and memory of each job, what the tables were made with, and the config."""

import hashlib
import platform
from importlib.metadata import version
from itertools import product
from pathlib import Path

from pipeline.runtime import stage
from pipeline.runtime.store import read_json, write_csv, write_json, write_text
from pipeline.tables.machine import machine
from pipeline.tables.revision import project

PACKAGES = (
    "numpy",
    "scipy",
    "scikit-image",
    "pandas",
    "snakemake",
    "numba",
    "matplotlib",
    "pillow",
)


def account(
    timings: dict,
    config: dict,
    written: str,
    checksum: Path,
    timing_table: Path,
    provenance: Path,
    config_file: Path,
    setting_files: dict | None = None,
) -> None:
    """Write the table of times, the provenance and the config.

    The provenance is what tables depend on: config, data, files, project, versions, machine.

    timings: for each rule, the pattern of the files in which its jobs noted seconds and memory,
    and the values that the pattern's wildcards take. checksum: the file that `load` wrote.
    written: the config as a file that can be given again. setting_files: the paths of settings
    that are files, by key, such as blocks.mine.file.
    """
    write_text(config_file, written)
    rows = []
    for rule, jobs in timings.items():
        for combination in product(*jobs["values"].values()):
            file = Path(
                jobs["pattern"].format(**dict(zip(jobs["values"], combination, strict=True)))
            )
            spent = read_json(file)
            job = file.stem.removeprefix(f"{rule}-")
            n, seconds = spent["n_images"], spent["seconds"]
            rows.append((rule, job, n, seconds, n / seconds, spent["peak_memory_mb"]))
    columns = ("rule", "job", "n_images", "seconds", "images_per_second", "peak_memory_mb")
    write_csv(timing_table, columns, rows)
    versions = {name: version(name) for name in PACKAGES}
    write_json(
        provenance,
        {
            "config": config,
            "data": read_json(checksum),
            "seeds": config["seeds"],
            "versions": {"python": platform.python_version(), **versions},
            "files": {key: sha256(Path(path)) for key, path in (setting_files or {}).items()},
            "project": project(),
            "machine": machine(),
        },
    )


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    stage.main(account)
