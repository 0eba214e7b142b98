"""MNIST's form: arrays of bytes made by hand, packed or not, and files that are no such thing."""

import gzip
import struct
from collections import Counter

import numpy as np
import pytest
from support.mistakes import refused
from support.whole_source import everything, opened

from pipeline.sources import idx, image_folder, known, registry
from pipeline.sources.source import Options

TRAIN = np.arange(6 * 2 * 3, dtype=np.uint8).reshape(6, 2, 3)
TEST = TRAIN[:3] + 100
LABELS = {"train": [3, 0, 10, 3, 0, 10], "t10k": [0, 3, 10]}


def idx_of(array) -> bytes:
    array = np.asarray(array, np.uint8)
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def files() -> dict[str, bytes]:
    return {
        "train-images-idx3-ubyte": idx_of(TRAIN),
        "train-labels-idx1-ubyte": idx_of(LABELS["train"]),
        "t10k-images-idx3-ubyte": idx_of(TEST),
        "t10k-labels-idx1-ubyte": idx_of(LABELS["t10k"]),
    }


def put(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return folder


def packed(contents):
    return {f"{name}.gz": gzip.compress(data) for name, data in contents.items()}


@pytest.mark.parametrize("pack", [dict, packed], ids=["plain", "gz"])
def test_a_folder(tmp_path, pack):
    source = opened(put(tmp_path / "set", pack(files())), idx)
    assert source.classes == ["0", "10", "3"]  # sorted as names
    assert source.said == ["Splits: test from t10k, train from train."]
    every = everything(source)
    assert [image.split for image in every] == ["test"] * 3 + ["train"] * 6
    assert [image.label for image in every] == [
        str(label) for name in ("t10k", "train") for label in LABELS[name]
    ]
    for image, grey in zip(every, [*TEST, *TRAIN], strict=True):
        np.testing.assert_array_equal(image.content, np.dstack([grey] * 3))
        assert image.content.dtype == np.uint8
        assert image.content.flags.c_contiguous
    assert every[3].file == "train/00000"


def test_other_ways_to_write_the_names_and_one_folder_around(tmp_path):
    names = {
        name.replace("-idx", ".idx").replace("t10k", "Test"): data
        for name, data in files().items()
    }
    put(tmp_path / "around/raw", names)
    put(tmp_path / "around", {"README.md": b"", ".hidden": b""})
    source = opened(tmp_path / "around", idx)
    assert Counter(image.split for image in everything(source)) == {"train": 6, "test": 3}


def test_of_packed_and_unpacked_files_the_latter_are_read(tmp_path):
    put(tmp_path / "set", files() | packed(dict.fromkeys(files(), b"damaged")))
    assert opened(tmp_path / "set", idx).n == 9


@pytest.mark.parametrize("file", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_one_file_and_what_lies_beside_it(tmp_path, file):
    folder = put(tmp_path / "set", files())
    put(folder, {"dog.png": b""})  # a folder of images is no matter where a file is named
    source = opened(folder / file, idx)
    assert source.n == 6
    assert source.said == ["All images are for train: the other parts are drawn from them."]
    assert {image.split for image in everything(source)} == {""}
    before = registry.fingerprint(str(folder / file))
    put(folder, {"train-labels-idx1-ubyte": idx_of([1] * 7)})
    assert registry.fingerprint(str(folder / file)) != before


def test_colour(tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (4, 2, 3, 3), np.uint8)
    put(
        tmp_path,
        {"my-images-idx4-ubyte": idx_of(colours), "my-labels-idx1-ubyte": idx_of([1, 2, 1, 2])},
    )
    for image, expected in zip(everything(opened(tmp_path, idx)), colours, strict=True):
        np.testing.assert_array_equal(image.content, expected)


def test_the_digest_is_that_of_what_was_read(tmp_path):
    folder = put(tmp_path / "set", files() | {"notes.txt": b"x"})
    first = opened(folder, idx).sha256()
    put(folder, {"notes.txt": b"y"})
    assert opened(folder, idx).sha256() == first
    put(folder, {"t10k-labels-idx1-ubyte": idx_of([0, 3, 3])})
    assert opened(folder, idx).sha256() != first


def test_the_fingerprint_changes_with_the_files(tmp_path):
    folder = put(tmp_path / "set", files())
    first = registry.fingerprint(str(folder))
    assert registry.fingerprint(str(folder)) == first
    put(folder, {"t10k-labels-idx1-ubyte": idx_of([0, 3, 3, 3])})
    assert registry.fingerprint(str(folder)) != first


DAMAGED = {
    "magic": ({"train-images-idx3-ubyte": b"\x89PNG" + bytes(48)}, "train-images", "IDX"),
    "type": ({"train-images-idx3-ubyte": b"\0\0\x0d\3" + bytes(48)}, "train-images", "IDX"),
    "short": ({"train-images-idx3-ubyte": idx_of(TRAIN)[:-1]}, "35 bytes", "6 x 2 x 3"),
    "long": ({"train-images-idx3-ubyte": idx_of(TRAIN) + b"x"}, "37 bytes", "6 x 2 x 3"),
    "header": ({"train-images-idx3-ubyte": idx_of(TRAIN)[:9]}, "train-images"),
    "empty": ({"train-images-idx3-ubyte": b""}, "train-images", "IDX"),
    "huge": (
        {"train-images-idx3-ubyte": struct.pack(">4B3I", 0, 0, 8, 3, *[2**32 - 1] * 3)},
        "4294967295",
    ),
    "no images": ({"train-images-idx3-ubyte": idx_of(np.zeros((0, 2, 3)))}, "0 x 2 x 3"),
    "labels": ({"train-labels-idx1-ubyte": idx_of([1, 2])}, "train", "6 images", "(2,)"),
    "pairs of labels": (
        {"train-labels-idx1-ubyte": idx_of(np.zeros((6, 2, 1)))},
        "train",
        "labels of shape (6, 2, 1)",
    ),
    "one class": (
        {"train-labels-idx1-ubyte": idx_of([7] * 6), "t10k-labels-idx1-ubyte": idx_of([7] * 3)},
        "one class only, 7",
    ),
}


@pytest.mark.parametrize(
    ("wrong", "words"), [(w, words) for w, *words in DAMAGED.values()], ids=DAMAGED
)
@pytest.mark.parametrize("pack", [dict, packed], ids=["plain", "gz"])
def test_damaged_files_and_labels_that_do_not_fit(tmp_path, wrong, words, pack):
    folder = put(tmp_path / "set", pack(files() | wrong))
    with refused(*words):
        opened(folder, idx)


def test_a_truncated_and_a_false_gz(tmp_path):
    whole = packed(files())
    name = "train-images-idx3-ubyte.gz"
    for data in (whole[name][:-9], b"x" + whole[name][1:], whole[name][:20] + b"~" * 20):
        folder = put(tmp_path / "set", whole | {name: data})
        with refused(name, "cannot be read", "fetch it again"):
            opened(folder, idx)


def test_a_gz_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.sources.file_set.MAX_BYTES", 1000)
    big = {"train-images-idx3-ubyte": idx_of(np.zeros((100, 20, 20)))}
    folder = put(tmp_path / "set", packed(files() | big))
    with refused("train-images-idx3-ubyte.gz", "more than"):
        opened(folder, idx)


def test_files_that_are_too_much_together(tmp_path, monkeypatch):
    folder = put(tmp_path / "set", files())
    monkeypatch.setattr("pipeline.sources.file_set.MAX_BYTES", 36 + 16)  # the training file alone
    assert opened(folder / "train-images-idx3-ubyte", idx).n == 6
    with refused("set: ", "more than"):
        opened(folder, idx)


@pytest.mark.parametrize("name", list(files()))
def test_images_without_labels_and_labels_without_images(tmp_path, name):
    contents = files()
    del contents[name]
    with refused(
        "set: ", name[:5], "has no file of " + ("images" if "images" in name else "labels")
    ):
        opened(put(tmp_path / "set", contents), idx)


def test_two_files_for_the_same_split(tmp_path):
    twice = files() | {name.replace("train", "letters-train"): d for name, d in files().items()}
    with refused("several files", "letters-train"):
        opened(put(tmp_path / "set", twice), idx)


def test_a_folder_with_folders_or_images_is_no_matter_of_this_source(tmp_path):
    for extra in ("cat/1.png", "1.png", "cat/x.txt"):
        folder = put(tmp_path / extra.replace("/", "_") / "set", files())
        put((folder / extra).parent, {extra.rpartition("/")[2]: b""})
        if extra == "cat/x.txt":
            put(folder / "dog", {})
        assert registry.find(str(folder)) is image_folder


def test_a_link_out_of_the_folder(tmp_path):
    folder = put(tmp_path / "set", files())
    secret = put(tmp_path / "other", files()) / "train-images-idx3-ubyte"
    (folder / secret.name).unlink()
    (folder / secret.name).symlink_to(secret)
    with refused("train-images-idx3-ubyte", "link out of"):
        opened(folder, idx)


def test_a_pipe_is_not_waited_for(tmp_path):
    import os

    folder = put(tmp_path / "set", files())
    os.mkfifo(folder / "more-images-idx3-ubyte")
    assert opened(folder, idx).n == 9


@pytest.mark.skipif(
    not known.installed(known.table()["fashion-mnist"]), reason="dataset-fashion-mnist is absent"
)
def test_fashion_mnist_as_debian_installs_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source, entry = (
        registry.open_source("fashion-mnist", Options()),
        known.table()["fashion-mnist"],
    )
    assert source.classes == sorted(entry.names)
    every = everything(source)
    assert Counter(image.split for image in every) == entry.images
    counts = Counter((image.split, image.label) for image in every)
    assert set(counts.values()) == {6000, 1000}
    assert every[0].label == "Ankle boot"  # the first image of the training file
    assert every[0].content.shape == (28, 28, 3)
    assert "MIT" in source.said[0]
