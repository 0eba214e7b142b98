"""STL-10's binary form: images column by column, labels from 1, unlabelled images left alone."""

import hashlib
import io
import tarfile

import numpy as np
import pytest
from support.mistakes import refused
from support.whole_source import everything, opened

from pipeline.sources import known, registry, stl_binary
from pipeline.sources.source import Options

NAMES = ["truck", "bird", "cat"]
RANDOM = np.random.default_rng(3)
IMAGES = {
    n: RANDOM.integers(0, 256, (k, 96, 96, 3), np.uint8) for n, k in (("train", 4), ("test", 3))
}
LABELS = {"train": [1, 2, 3, 1], "test": [3, 2, 1]}


def files() -> dict[str, bytes]:
    contents = {"class_names.txt": "\n".join(NAMES).encode(), "unlabeled_X.bin": b"x" * 10}
    for split, images in IMAGES.items():
        by_columns = [
            image[row, col, channel]
            for image in images[:1]
            for channel in range(3)
            for col in range(96)
            for row in range(96)
        ]
        rest = images[1:].transpose(0, 3, 2, 1).tobytes()
        contents[f"{split}_X.bin"] = bytes(by_columns) + rest
        contents[f"{split}_y.bin"] = bytes(LABELS[split])
    return contents


def put(folder, contents):
    folder.mkdir()
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return folder


def check(source) -> None:
    assert source.classes == sorted(NAMES)
    every = everything(source)
    assert [image.split for image in every] == ["train"] * 4 + ["test"] * 3
    for image, label in zip(every, LABELS["train"] + LABELS["test"], strict=True):
        assert image.label == NAMES[label - 1]
    for image, pixels in zip(every, [*IMAGES["train"], *IMAGES["test"]], strict=True):
        np.testing.assert_array_equal(image.content, pixels)
    assert source.passed == {"files of images without labels": (1, "unlabeled_X.bin")}


def test_a_folder_and_one_of_its_files(tmp_path):
    folder = put(tmp_path / "set", files())
    check(opened(folder, stl_binary))
    check(opened(folder / "train_X.bin", stl_binary))


def test_the_archive_and_the_known_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    with tarfile.open("data/stl10_binary.tar.gz", "w:gz") as tar:
        for name, data in files().items():
            member = tarfile.TarInfo(f"stl10_binary/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    check(opened("data/stl10_binary.tar.gz", stl_binary))
    data = (tmp_path / "data/stl10_binary.tar.gz").read_bytes()
    entry = known.table()["stl10"]
    file = entry.files[0]._replace(checksum="sha256:" + hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(known, "table", lambda: {"stl10": entry._replace(files=(file,))})
    check(registry.open_source("stl10", Options()))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"train_X.bin": b"x" * 100}, ("train_X.bin", "27648 bytes")),
        ({"test_y.bin": b"\1\2"}, ("test", "3 images", "(2,)")),
        ({"test_y.bin": b"\1\2\4"}, ("label 4 has no name",)),
        ({"test_y.bin": None}, ("test_y.bin is missing",)),
    ],
)
def test_damaged_files(tmp_path, wrong, words):
    contents = {name: data for name, data in (files() | wrong).items() if data is not None}
    with refused("set", *words):
        opened(put(tmp_path / "set", contents), stl_binary)
