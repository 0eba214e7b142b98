"""CIFAR's binary form in small: archives, folders, single files, and what only looks like it."""

import gzip
import hashlib
import io
import pickle
import tarfile

import numpy as np
import pytest
from support.mistakes import refused
from support.whole_source import everything, opened

from pipeline.sources import cifar_binary, file_set, image_folder, known, registry
from pipeline.sources.source import Options

NAMES = ["bird", "cat", "airplane"]  # not sorted: labels must follow their names
FINE, COARSE = ["rose", "bee", "apple"], ["plants", "animals"]
TRAIN, TEST = 5, 4  # images in a batch
BATCHES = {f"data_batch_{b}": TRAIN for b in range(1, 6)} | {"test_batch": TEST}


def record(value: int, *labels: int) -> bytes:
    """Red is `value` but for its second pixel (one to the right), green 100, blue 200."""
    red = bytearray([value] * 1024)
    red[1] = 255
    return bytes(labels) + bytes(red) + bytes([100] * 1024) + bytes([200] * 1024)


def expected(value: int) -> np.ndarray:
    image = np.empty((32, 32, 3), np.uint8)
    image[:] = value, 100, 200
    image[0, 1, 0] = 255
    return image


def ten() -> dict[str, bytes]:
    """CIFAR-10's files."""
    contents = {
        f"{name}.bin": b"".join(record(10 * b + i, i % 3) for i in range(n))
        for b, (name, n) in enumerate(BATCHES.items())
    }
    return contents | {
        "batches.meta.txt": ("\n".join(NAMES) + "\n\n").encode(),
        "readme.html": b"",
    }


def hundred() -> dict[str, bytes]:
    """CIFAR-100's files: the coarse label stands first."""
    return {
        "train.bin": b"".join(record(i, i % 2, i % 3) for i in range(6)),
        "test.bin": b"".join(record(50 + i, i % 2, i % 3) for i in range(3)),
        "fine_label_names.txt": "\n".join(FINE).encode(),
        "coarse_label_names.txt": "\n".join(COARSE).encode(),
    }


def put(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return folder


def archive(path, contents, kind=tarfile.REGTYPE):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for name, data in contents.items():
            member = tarfile.TarInfo(f"cifar/{name}")
            member.size, member.type = len(data), kind
            tar.addfile(member, io.BytesIO(data))
    return path


def check_ten(source) -> None:
    assert source.classes == ["airplane", "bird", "cat"]
    every = everything(source)
    assert [image.split for image in every] == ["train"] * 5 * TRAIN + ["test"] * TEST
    for position, image in enumerate(every):
        b, i = divmod(position, TRAIN)
        assert image.file == f"{list(BATCHES)[b]}/{i:05d}"
        assert image.label == NAMES[i % 3]
        np.testing.assert_array_equal(image.content, expected(10 * b + i))
        assert image.content.flags.c_contiguous


def test_a_folder_and_an_archive(tmp_path):
    folder = put(tmp_path / "set", ten())
    check_ten(opened(folder, cifar_binary))
    source = opened(archive(tmp_path / "cifar-10-binary.tar.gz", ten()), cifar_binary)
    check_ten(source)
    assert (
        source.sha256()
        == hashlib.sha256((tmp_path / "cifar-10-binary.tar.gz").read_bytes()).hexdigest()
    )


def test_the_known_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    places = {
        "cifar10": archive(tmp_path / "data/cifar-10-binary.tar.gz", ten()),
        "cifar100": archive(tmp_path / "data/cifar-100-binary.tar.gz", hundred()),
    }
    places["cifar100-coarse"] = places["cifar100"]
    table = known.table()
    right = {
        name: table[name]._replace(
            files=tuple(
                file._replace(checksum="md5:" + hashlib.md5(place.read_bytes()).hexdigest())
                for file in table[name].files
            )
        )
        for name, place in places.items()
    }
    monkeypatch.setattr(known, "table", lambda: right)
    check_ten(registry.open_source("cifar10", Options()))
    for name, labels, column in (("cifar100", FINE, 3), ("cifar100-coarse", COARSE, 2)):
        source = registry.open_source(name, Options())
        assert source.classes == sorted(labels)
        every = everything(source)
        assert [image.split for image in every] == ["test"] * 3 + ["train"] * 6
        assert [image.label for image in every] == [
            labels[i % column] for i in [*range(3), *range(6)]
        ]
        np.testing.assert_array_equal(every[4].content, expected(1))
        assert source.said[0].startswith(table[name].title)


def test_a_folder_of_cifar_100_has_the_fine_classes(tmp_path):
    assert opened(put(tmp_path, hundred()), cifar_binary).classes == sorted(FINE)


def test_files_without_names(tmp_path):
    for contents, labels in ((ten(), ["0", "1", "2"]), (hundred(), ["0", "1", "2"])):
        bare = {name: data for name, data in contents.items() if name.endswith(".bin")}
        folder = put(tmp_path / str(len(bare)), bare)
        source = opened(folder, cifar_binary)
        assert source.classes == labels
        assert {image.split for image in everything(source)} == {"train", "test"}


def test_one_file(tmp_path):
    put(tmp_path, {"mine.bin": ten()["data_batch_1.bin"]})
    source = opened(tmp_path / "mine.bin", cifar_binary)
    assert source.classes == ["0", "1", "2"]
    assert {image.split for image in everything(source)} == {""}
    before = registry.fingerprint(str(tmp_path / "mine.bin"))
    put(tmp_path, {"batches.meta.txt": b"a\nb\nc\nd"})
    assert registry.fingerprint(str(tmp_path / "mine.bin")) != before
    source = opened(tmp_path / "mine.bin", cifar_binary)
    assert source.classes == ["a", "b", "c"]
    assert source.said == ["Classes of no image are left out: d."]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"data_batch_2.bin": ten()["data_batch_2.bin"] + b"odd"}, ("data_batch_2.bin", "3073")),
        ({"test_batch.bin": b""}, ("test_batch.bin", "3073 bytes")),
        ({"batches.meta.txt": b"bird\ncat"}, ("label 2 has no name", "2 names")),
        ({"batches.meta.txt": b"bird\nbird\ncat"}, ("two classes bird",)),
        ({"batches.meta.txt": b"\xff"}, ("UTF-8",)),
    ],
    ids=["records", "empty", "names", "twice", "encoding"],
)
def test_damaged_files(tmp_path, wrong, words):
    with refused("set", *words):
        opened(put(tmp_path / "set", ten() | wrong), cifar_binary)
    with refused("cifar-10-binary.tar.gz", *words):
        opened(archive(tmp_path / "cifar-10-binary.tar.gz", ten() | wrong), cifar_binary)


def test_damaged_archives(tmp_path):
    path = archive(tmp_path / "cifar-10-binary.tar.gz", ten())
    data = path.read_bytes()
    for content in (b"not an archive", data[:-400], gzip.compress(b"no tar")):
        path.write_bytes(content)
        with refused("cifar-10-binary.tar.gz", "damaged"):
            opened(path, cifar_binary)
    with refused("holds no batches"):
        opened(archive(path, {"readme.html": b""}), cifar_binary)


def test_links_and_doubles_in_an_archive(tmp_path):
    path = tmp_path / "cifar-10-binary.tar.gz"
    with refused("holds no batches"):
        opened(archive(path, dict.fromkeys(ten(), b""), tarfile.SYMTYPE), cifar_binary)
    doubled = ten() | {f"again/{name}": data for name, data in ten().items()}
    with refused("twice"):
        opened(archive(path, doubled), cifar_binary)


def test_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(file_set, "MAX_BYTES", 50_000)
    with refused("set", "more than"):
        opened(put(tmp_path / "set", ten()), cifar_binary)
    with refused("binary.tar.gz", "more than"):
        opened(archive(tmp_path / "cifar-10-binary.tar.gz", ten()), cifar_binary)


def test_a_size_that_fits_both_forms(tmp_path):
    (tmp_path / "mine.bin").write_bytes(bytes(3073 * 3074))
    with refused("mine.bin", "both fit", "batches.meta.txt"):
        opened(tmp_path / "mine.bin", cifar_binary)


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was read",))


@pytest.mark.parametrize(
    "names", [("data_batch_1", "data_batch_2", "batches.meta"), ("train", "test", "meta")]
)
def test_pickles_are_refused_and_never_read(tmp_path, names):
    put(tmp_path / "set", dict.fromkeys(names, pickle.dumps(Trap())))
    with refused("set", "Python version", "pickles", "binary version"):
        opened(tmp_path / "set", cifar_binary)
    if "data_batch_1" in names:
        with refused("data_batch_1", "pickles"):
            opened(tmp_path / "set/data_batch_1", cifar_binary)
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(b"x")
    with refused("cifar-10-python.tar.gz", "pickles"):
        opened(tmp_path / "cifar-10-python.tar.gz", cifar_binary)


@pytest.mark.parametrize(
    "contents",
    [
        {"weights.bin": b"x" * 1000},
        {"train": b"text", "test": b"text", "meta": b"text"},
        {"batches.meta.txt": b"a"},
        {},
    ],
)
def test_other_folders_are_no_matter_of_this_source(tmp_path, contents):
    assert registry.find(str(put(tmp_path / "set", contents))) is image_folder
