"""Small image sets made by hand, in every packing, and what `load` makes of them."""

import csv
import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from support.mistakes import refused

from pipeline.images.labels import column, read_labels
from pipeline.images.load import load

DECODING = {"resize": "crop", "range": "full", "unreadable": "refuse"}  # as in config/default.yaml


class Loaded:
    """What `load` wrote, by file name."""

    def __init__(self, folder: Path):
        self.images = np.load(folder / "images.npy", allow_pickle=False)
        self.labels = read_labels(folder / "labels.csv")
        self.files, self.splits = (
            list(column(folder / "labels.csv", name)) for name in ("file", "split")
        )
        self.classes = json.loads((folder / "classes.json").read_text())
        self.checksum = json.loads((folder / "checksum.json").read_text())
        self.form = json.loads((folder / "form.json").read_text())
        self.said = (folder / "data.md").read_text(encoding="utf-8")
        with open(folder / "data.csv", encoding="utf-8", newline="") as table:
            self.rows = list(csv.DictReader(table))

    def image(self, file: str) -> np.ndarray:
        return self.images[self.files.index(file)]

    def class_of(self, file: str) -> str:
        return self.classes[self.labels.label[self.files.index(file)]]

    def found(self, kind: str) -> dict[str, tuple[str, str]]:
        """The rows of data.csv of a kind: n and example, by what they are about and the split."""
        rows = [row for row in self.rows if row["kind"] == kind]
        keys = [f"{row['what']} {row['split']}".strip() for row in rows]
        assert len(set(keys)) == len(keys)
        return {key: (row["n"], row["example"]) for key, row in zip(keys, rows, strict=True)}


WRITTEN = (
    *("images.npy", "labels.csv", "classes.json", "checksum.json", "data.md", "data.csv"),
    "form.json",
)


def run(
    data: Path | str, out: Path, image_size=0, seed=0, threads=1, reading=None, **decoding
) -> Loaded:
    """reading: keys of a config on how data is understood; decoding: those that differ."""
    given = image_size, reading or {}, DECODING | decoding, seed, threads
    n = load(str(data), *given, *(out / name for name in WRITTEN))
    loaded = Loaded(out)
    assert n == len(loaded.images) == len(loaded.files)
    return loaded


def fails(data: Path | str, out: Path, *words: str, **options) -> None:
    """`load` raises one line with all of `words` in it and leaves nothing behind."""
    with refused(*words):
        run(data, out, **options)
    assert not out.exists() or not list(out.iterdir())


def encoded(image: Image.Image | np.ndarray, kind="png", **options) -> bytes:
    buffer = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(
        buffer, kind, **options
    )
    return buffer.getvalue()


def solid(color=(10, 20, 30), size=(4, 4)) -> bytes:
    return encoded(Image.new("RGB", size, color))


def content() -> dict[str, bytes]:
    """Two classes of two images each."""
    return {f"{name}/{i}.png": solid((i, 0, 0)) for name in ("cat", "dog") for i in (0, 1)}


def in_folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def in_zip(path: Path, files: dict[str, bytes], compression=zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def in_tar(path: Path, files: dict[str, bytes], mode="w") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def packed(tmp_path: Path, kind: str, files: dict[str, bytes]) -> Path:
    if kind == "folder":
        return in_folder(tmp_path / "set", files)
    if kind == "zip":
        return in_zip(tmp_path / "set.zip", files)
    return in_tar(tmp_path / f"set.{kind}", files, "w:gz" if kind == "tar.gz" else "w")


ARCHIVES = ("zip", "tar", "tar.gz")
KINDS = ("folder", *ARCHIVES)
