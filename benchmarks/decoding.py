"""Time the stage `load` on 60,000 JPEG files in a zip against a plain loop of zipfile and Pillow.

Quality is the mean of all pixels. Run: python -m benchmarks.decoding [ARCHIVE.zip]
"""

import io
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
from PIL import Image

from benchmarks.support.image_sets import named, read, write_zip
from benchmarks.support.record import add, race
from pipeline.images.load import load
from pipeline.plan import Plan

IMAGES = 60_000


def ours(archive: Path, threads: int, folder: Path) -> Path:
    """All that the stage does: listing, checking, decoding, writing, digests, what it says."""
    plan = Plan({"data": str(archive)})
    images = folder / "images.npy"
    names = ("labels", "classes", "checksum", "understood", "understood_table")
    with redirect_stderr(io.StringIO()):
        load(
            data=plan.config["data"],
            image_size=0,
            reading=plan.reading,
            decoding={key: plan.config[key] for key in ("resize", "range", "unreadable")},
            seed=0,
            threads=threads,
            images=images,
            **{name: folder / name for name in names},
        )
    return images


def pillow(archive: Path) -> np.ndarray:
    with ZipFile(archive) as file:
        names = [name for name in file.namelist() if name.endswith(".jpg")]
        return np.stack([np.asarray(Image.open(io.BytesIO(file.read(name)))) for name in names])


def main():
    with TemporaryDirectory() as temporary:
        folder, archive = Path(temporary), Path(named())
        if not archive.is_file():
            archive = folder / "crops.zip"
            write_zip(archive, read(named()), IMAGES)
        quality = {
            "ours": np.load(ours(archive, 2, folder), mmap_mode="r").mean(),
            "pillow": pillow(archive).mean(),
        }
        for threads in (1, 2):
            runs = {
                "ours": lambda threads=threads: ours(archive, threads, folder),
                "pillow": lambda: pillow(archive),
            }
            size = f"JPEG files of {archive.name}"
            add("decoding", size, threads, race(runs, repeats=5), quality)


if __name__ == "__main__":
    main()
