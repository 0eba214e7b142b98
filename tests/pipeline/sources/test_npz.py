"""NumPy files as data: every arrangement of their arrays, and what is refused of them."""

import io
import zipfile

import numpy as np
import pytest
from support.mistakes import refused
from support.whole_source import everything, opened

from pipeline.sources import array_file, file_set, registry

GREY = np.arange(6 * 2 * 3, dtype=np.uint8).reshape(6, 2, 3)
COLOUR = np.random.default_rng(0).integers(0, 256, (6, 2, 3, 3), np.uint8)
LABELS = np.array([0, 1, 2, 0, 1, 2])


def saved(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "set.npz"


def fails(file, *words, **arrays):
    with refused(str(file), *words):
        opened(saved(file, **arrays), array_file)


def contents(source) -> np.ndarray:
    return np.array([image.content for image in everything(source)])


def labels(source) -> list[str]:
    return [image.label for image in everything(source)]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("names", ["names", "class_names"])
def test_images_labels_and_names(file, order, names):
    arrays = {"images": np.asarray(COLOUR, order=order), "labels": LABELS}
    source = opened(saved(file, **arrays, **{names: ["dog", "cat", "ant"]}), array_file)
    assert source.classes == ["ant", "cat", "dog"]
    assert labels(source) == ["dog", "cat", "ant"] * 2
    np.testing.assert_array_equal(contents(source), COLOUR)
    assert {image.split for image in everything(source)} == {""}
    assert source.said == []


def test_grey_images_with_and_without_a_channel(file):
    for images in (GREY, GREY[..., np.newaxis]):
        source = opened(saved(file, images=images, labels=LABELS), array_file)
        np.testing.assert_array_equal(contents(source), np.stack([GREY] * 3, axis=-1))


@pytest.mark.parametrize(
    "given",
    [
        np.array(["dog", "ant", "cat"] * 2),
        np.array([b"dog", b"ant", b"cat"] * 2),
        np.array(["dog", "ant", "cat"] * 2)[:, np.newaxis],
    ],
)
def test_labels_that_are_names(file, given):
    source = opened(saved(file, images=COLOUR, labels=given), array_file)
    assert source.classes == ["ant", "cat", "dog"]
    assert labels(source) == ["dog", "ant", "cat"] * 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (LABELS + 1, ["1", "2", "3"] * 2),
        (LABELS.astype(np.float64), ["0", "1", "2"] * 2),
        (LABELS.astype(np.uint8)[np.newaxis], ["0", "1", "2"] * 2),
        (LABELS * 1000, ["0", "1000", "2000"] * 2),
        (LABELS > 0, ["0", "1", "1"] * 2),
    ],
)
def test_labels_that_are_numbers(file, given, expected):
    source = opened(saved(file, images=COLOUR, labels=given), array_file)
    assert labels(source) == expected


def test_labels_from_one_where_the_names_say_so(file):
    source = opened(
        saved(file, images=COLOUR, labels=LABELS + 1, names=["c", "b", "a"]), array_file
    )
    assert labels(source) == ["c", "b", "a"] * 2
    assert source.said == ["Labels are counted from 1."]


def test_keras_and_medmnist(file):
    train, val, test = COLOUR[:3], COLOUR[3:4], COLOUR[4:]
    for keys in (
        ("x_train", "y_train", "x_val", "y_val", "x_test", "y_test"),
        ("train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"),
    ):
        arrays = (train, [[0], [1], [0]], val, [[1]], test, [[1], [0]])
        source = opened(saved(file, **dict(zip(keys, arrays, strict=True))), array_file)
        every = everything(source)
        assert [image.split for image in every] == [*["train"] * 3, "validation", *["test"] * 2]
        assert [image.label for image in every] == ["0", "1", "0", "1", "1", "0"]
        assert every[0].file == f"{keys[0]}/00000"
        assert source.said == [
            f"Splits: train from {keys[0]}, validation from {keys[2]}, test from {keys[4]}."
        ]
        np.testing.assert_array_equal(contents(source), COLOUR)


def test_the_case_of_names_does_not_count(file):
    source = opened(
        saved(file, X_train=COLOUR, Y_Train=LABELS, x_TEST=GREY, y_test=LABELS), array_file
    )
    assert [image.split for image in everything(source)] == ["train"] * 6 + ["test"] * 6
    assert labels(source) == ["0", "1", "2"] * 4


def test_validation_images_alone_are_no_test_images(file):
    arrays = {
        "x_train": COLOUR[:3],
        "y_train": LABELS[:3],
        "x_val": COLOUR[3:],
        "y_val": LABELS[3:],
    }
    source = opened(saved(file, **arrays), array_file)
    assert [image.split for image in everything(source)] == ["train"] * 3 + ["validation"] * 3
    assert source.said == [
        "Splits: train from x_train, validation from x_val.",
        "There are no test images: they are drawn from train.",
    ]


def test_images_for_no_training(file):
    fails(
        file,
        "validation and test, but none for train",
        x_val=COLOUR,
        y_val=LABELS,
        x_test=COLOUR,
        y_test=LABELS,
    )


def test_a_split_for_each_image(file):
    split = ["train", "train", "val", "Validation", "test", "test"]
    source = opened(saved(file, images=COLOUR, labels=LABELS, split=split), array_file)
    found = [image.split for image in everything(source)]
    assert found == ["train", "train", "validation", "validation", "test", "test"]
    fails(file, "split holdout", images=COLOUR, labels=LABELS, split=["holdout"] * 6)
    fails(file, "6 images", "2 splits", images=COLOUR, labels=LABELS, split=["test"] * 2)


def test_files_in_a_folder_whose_names_say_the_split(tmp_path):
    saved(tmp_path / "train.npz", images=COLOUR[:4], labels=LABELS[:4])
    saved(tmp_path / "test.npz", images=COLOUR[4:], labels=LABELS[4:])
    saved(tmp_path / "extra.npz", images=COLOUR, labels=LABELS)
    source = opened(tmp_path, array_file)
    assert [image.split for image in everything(source)] == ["test"] * 2 + ["train"] * 4
    assert source.passed == {".npz files of no split": (1, "extra.npz")}
    saved(tmp_path / "my_test.npz", images=COLOUR, labels=LABELS)
    with refused("two files for the same split", "my_test.npz"):
        opened(tmp_path, array_file)


def test_names_that_do_not_agree_between_files(tmp_path):
    for name, classes in (("train", ["a", "b", "c"]), ("test", ["b", "a", "c"])):
        saved(tmp_path / f"{name}.npz", images=COLOUR, labels=LABELS, names=classes)
    with refused("name their classes differently"):
        opened(tmp_path, array_file)


@pytest.mark.parametrize(
    "images",
    [
        (COLOUR / 255).astype(np.float32),
        COLOUR.astype(np.float32),
        np.full(COLOUR.shape, np.nan),
        COLOUR / 255 - 0.5,
        COLOUR.astype(np.int64),
        COLOUR.astype(np.uint16),
        COLOUR.astype(bool),
        COLOUR.astype(np.complex64),
    ],
)
def test_other_pixels_are_refused(file, images):
    fails(file, "images", str(images.dtype), "uint8", images=images, labels=LABELS)


@pytest.mark.parametrize(
    "shape", [(6,), (6, 12), (6, 3, 2, 2), (6, 2, 2, 4), (6, 2, 2, 2, 3), (6, 0, 2)]
)
def test_other_shapes_are_refused(file, shape):
    fails(file, "shape", images=np.zeros(shape, np.uint8), labels=LABELS)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (LABELS[:5], ("6 images", "(5,)")),
        (LABELS - 1, ("label -1",)),
        (LABELS + 0.5, ("float64", "whole numbers")),
        (np.full(6, np.nan), ("float64",)),
        (np.eye(6, 3), ("(6, 3)", "several numbers")),
        (np.eye(6), ("(6, 6)", "several numbers")),
        (np.zeros(6), ("one class only, 0",)),
        (np.array(["a", "", "b"] * 2), ("empty label",)),
        (np.array([b"\xff", b"a"] * 3), ("UTF-8",)),
        (np.uint64(2**40) + LABELS.astype(np.uint64), ("says no class",)),
        (np.zeros(6, "datetime64[s]"), ("datetime64",)),
        (np.array(3), ("6 images", "()")),
    ],
)
def test_other_labels_are_refused(file, given, words):
    fails(file, *words, images=COLOUR, labels=given)


def test_arrays_that_are_missing(file):
    fails(file, "has images, but no labels", images=COLOUR)
    fails(file, "has y_test, but no x_test", x_train=COLOUR, y_train=LABELS, y_test=LABELS)
    fails(file, "holds a, b", "images and labels", "x_train and y_train", a=COLOUR, b=LABELS)
    fails(file, "holds no image", images=COLOUR[:0], labels=LABELS[:0])


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was read",))


def test_python_objects_are_refused_and_never_read(file):
    trap = np.array([Trap()] * 6, dtype=object)
    for arrays in (
        {"images": trap, "labels": LABELS},
        {"images": COLOUR, "labels": trap},
        {"images": COLOUR, "labels": LABELS, "names": trap},
    ):
        fails(file, "Python objects (pickles)", **arrays)


def raw(file, **members: bytes):
    """An .npz whose members have any content."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file


def array(values) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (array(COLOUR)[:-1], ("images has 107 bytes", "(6, 2, 3, 3)")),
        (array(COLOUR) + b"x", ("images has 109 bytes",)),
        (array(COLOUR).replace(b"(6, 2, 3, 3)", b"(6, 2, 3, 9)"), ("108 bytes", "(6, 2, 3, 9)")),
        (array(COLOUR).replace(b"(6, 2, 3, 3)", b"(6,-2,-3, 3)"), ("(6, -2, -3, 3)",)),
        (array(COLOUR).replace(b"'|u1'", b"open("), ("cannot be read as .npz",)),
        (b"\x93NUMPY", ("cannot be read as .npz",)),
        (b"\x93NUMPY\x09\x00" + array(COLOUR)[8:], ("cannot be read as .npz",)),
        (b"", ("cannot be read as .npz",)),
    ],
)
def test_damaged_arrays(file, images, words):
    with refused(str(file), *words):
        opened(raw(file, images=images, labels=array(LABELS)), array_file)


def test_damaged_files(file):
    data = saved(file, images=COLOUR, labels=LABELS).read_bytes()
    flipped = bytearray(data)
    flipped[80] ^= 255
    for damaged in (b"", b"no zip", data[: len(data) // 2], data[:-5], bytes(flipped)):
        file.write_bytes(damaged)
        with refused(str(file), "cannot be read as .npz", "save it again"):
            opened(file, array_file)


def test_files_that_are_too_much_together(tmp_path, monkeypatch):
    for name in ("train", "test"):
        saved(tmp_path / f"{name}.npz", images=COLOUR, labels=LABELS)
    monkeypatch.setattr(file_set, "MAX_BYTES", 2 * COLOUR.nbytes - 1)
    with refused(str(tmp_path), "more than"):
        opened(tmp_path, array_file)


def test_too_much(file, monkeypatch):
    monkeypatch.setattr("pipeline.sources.npz_arrays.MAX_BYTES", 10_000)
    images = np.zeros((6, 100, 100), np.uint8)
    assert file_set.MAX_BYTES > 10_000
    fails(file, "more than", images=images, labels=LABELS)


def test_the_fingerprint_and_the_digest_change_with_the_file(file):
    source = opened(saved(file, images=COLOUR, labels=LABELS), array_file)
    first = registry.fingerprint(str(file)), source.sha256()
    source = opened(saved(file, images=COLOUR[:5], labels=LABELS[:5]), array_file)
    second = registry.fingerprint(str(file)), source.sha256()
    assert first[0] != second[0]
    assert first[1] != second[1]
