"""MATLAB files as data: SVHN's and STL-10's forms, of every version, and what is refused."""

import hashlib
import struct
import zlib

import h5py
import numpy as np
import pytest
from scipy.io import savemat
from support.mistakes import refused
from support.whole_source import everything, opened

from features.errors import BadInput
from pipeline.sources import array_file, known, mat_arrays, mat_hdf5, registry
from pipeline.sources.source import Options

N = 10
COLOUR = np.random.default_rng(0).integers(0, 256, (N, 4, 5, 3), np.uint8)
DIGITS = np.arange(1, N + 1, dtype=np.uint8)  # 10 stands for 0
NAMES = ["truck", "bird", "cat"]


def v5(path, **variables):
    savemat(path, variables, do_compression=True)
    return path


def v4(path, **variables):
    savemat(path, variables, format="4")
    return path


def v73(path, **variables):
    """As MATLAB does: axes in reverse, behind a header of its own; a cell is an array of links."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, value in variables.items():
            if isinstance(value, np.ndarray) and value.dtype == object:
                links = []
                for i, text in enumerate(value.ravel()):
                    codes = np.frombuffer(text.encode("utf-16-le"), np.uint16)
                    links.append(file.create_dataset(f"#refs#/{i}", data=codes[:, None]).ref)
                file.create_dataset(name, data=np.array([links], dtype=h5py.ref_dtype))
            else:
                file.create_dataset(name, data=np.asarray(value).T, compression="gzip")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(512, b" "))
    return path


def cell(texts):
    found = np.empty((1, len(texts)), object)
    found[0] = texts
    return found


def columns(images):
    """STL-10's rows: each channel column by column."""
    return images.transpose(0, 3, 2, 1).reshape(len(images), -1)


def svhn(images):
    return images.transpose(1, 2, 3, 0)


def contents(source):
    return np.array([image.content for image in everything(source)])


@pytest.fixture
def file(tmp_path):
    return tmp_path / "set.mat"


@pytest.mark.parametrize("save", [v5, v73])
def test_the_form_of_svhn(file, save):
    source = opened(save(file, X=svhn(COLOUR), y=DIGITS[:, None]), array_file)
    assert source.classes == list("0123456789")
    assert [image.label for image in everything(source)] == list("1234567890")
    np.testing.assert_array_equal(contents(source), COLOUR)
    assert source.said == ["Labels from 1 to 10 are digits, as in SVHN: 10 stands for 0."]
    assert {image.split for image in everything(source)} == {""}


@pytest.mark.parametrize("save", [v5, v73])
def test_the_form_of_stl10(file, save):
    images = COLOUR[:, :, :4]
    labels = np.array([1, 2, 3] * 3 + [1])
    variables = {"X": columns(images), "y": labels[:, None].astype(np.uint8)}
    source = opened(save(file, **variables, class_names=cell(NAMES)), array_file)
    assert source.classes == sorted(NAMES)
    assert [image.label for image in everything(source)] == [NAMES[i - 1] for i in labels]
    np.testing.assert_array_equal(contents(source), images)


def test_labels_from_one_even_where_the_last_class_has_no_image(file):
    variables = {"X": svhn(COLOUR), "y": np.array([[1.0, 2.0] * 5]), "class_names": cell(NAMES)}
    source = opened(v5(file, **variables), array_file)
    assert [image.label for image in everything(source)] == ["truck", "bird"] * 5
    assert source.said[0] == "Labels are counted from 1."
    assert "cat" in source.said[1]


@pytest.mark.parametrize("save", [v5, v73])
def test_images_and_labels_one_by_one_and_a_matrix_of_names(file, save):
    labels = np.arange(N) % 3
    source = opened(save(file, images=COLOUR, labels=labels), array_file)
    assert source.classes == ["0", "1", "2"]
    np.testing.assert_array_equal(contents(source), COLOUR)
    if save is v5:
        save(file, images=COLOUR, labels=labels, names=np.array(["dog", "horse", "ox"]))
        assert opened(file, array_file).classes == ["dog", "horse", "ox"]


@pytest.mark.parametrize("save", [v5, v73])
def test_grey_images(file, save):
    grey = COLOUR[..., 0]
    for images in (grey, grey.transpose(1, 2, 0)):
        source = opened(save(file, images=images, labels=DIGITS), array_file)
        np.testing.assert_array_equal(contents(source), np.stack([grey] * 3, axis=-1))


def test_version_4(file):
    square = COLOUR[:, :, :4]
    source = opened(v4(file, X=columns(square), y=DIGITS[:, None] % 2), array_file)
    np.testing.assert_array_equal(contents(source), square)


def test_files_for_train_and_test_and_the_known_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data/svhn"
    folder.mkdir(parents=True)
    v5(folder / "train_32x32.mat", X=svhn(COLOUR), y=DIGITS[:, None])
    v5(folder / "test_32x32.mat", X=svhn(COLOUR[::-1]), y=DIGITS[::-1, None])
    v5(folder / "extra_32x32.mat", X=svhn(COLOUR), y=DIGITS[:, None])
    entry = known.table()["svhn"]
    right = tuple(
        file._replace(
            checksum="sha256:" + hashlib.sha256((folder / file.name).read_bytes()).hexdigest()
        )
        for file in entry.files
    )
    monkeypatch.setattr(known, "table", lambda: {"svhn": entry._replace(files=right)})
    by_name = everything(registry.open_source("svhn", Options()))
    source = opened(folder, array_file)
    by_path = everything(source)
    assert source.passed == {".mat files of no split": (1, "extra_32x32.mat")}
    assert {image.file: image.label for image in by_name} == {
        image.file: image.label for image in by_path
    }
    for every in (by_name, by_path):
        for image in every:
            split, _, i = image.file.partition("_32x32/")
            assert image.split == split
            k = int(i) if split == "train" else N - 1 - int(i)
            assert image.label == str((k + 1) % 10)
            np.testing.assert_array_equal(image.content, COLOUR[k])


def fails(file, *words):
    with refused(str(file), *words):
        opened(file, array_file)


@pytest.mark.parametrize("save", [v5, v73])
def test_other_pixels_and_labels_are_refused(file, save):
    fails(save(file, X=svhn(COLOUR).astype(np.int32), y=DIGITS), "int32", "uint8")
    fails(save(file, X=svhn(COLOUR).astype(float), y=DIGITS), "float64", "0 to 1")
    fails(save(file, X=svhn(COLOUR), y=DIGITS[:5]), "shape")
    fails(save(file, X=svhn(COLOUR), z=DIGITS), "has X, but no y")
    fails(save(file, a=DIGITS), "holds a", "X and y")
    fails(save(file, X=COLOUR[:, :, :, 0].reshape(N, 20), y=DIGITS), "shape (10, 20)")


@pytest.mark.parametrize("save", [v5, v73])
@pytest.mark.parametrize("shape", [(3, 4, 3), (3, 4, 3, 3), (3, 4, 1, 3)])
def test_shapes_that_can_be_read_in_two_ways_are_refused(file, save, shape):
    fails(save(file, X=np.zeros(shape, np.uint8), y=np.arange(3)), str(shape), "first or the last")


def test_a_packed_piece_that_unpacks_to_more_than_it_says(file):
    with h5py.File(file, "w") as where:
        where["y"] = DIGITS
        packed = where.create_dataset("X", (N, 3, 5, 4), np.uint8, chunks=True, compression="gzip")
        packed.id.write_direct_chunk((0, 0, 0, 0), zlib.compress(bytes(2**20)))
    fails(file, "unpacks to more than it says")


@pytest.mark.parametrize("options", [{"compression": "lzf"}, {"scaleoffset": 0}])
def test_a_variable_that_is_packed_in_an_unusual_way(file, options):
    with h5py.File(file, "w") as where:
        where["y"] = DIGITS
        where.create_dataset("X", data=svhn(COLOUR).T, chunks=True, **options)
    fails(file, "unusual way")


def test_a_variable_that_is_packed_in_all_usual_ways(file):
    with h5py.File(file, "w") as where:
        where["y"] = DIGITS
        options = {"compression": "gzip", "shuffle": True, "fletcher32": True}
        where.create_dataset("X", data=svhn(COLOUR).T, chunks=(2, 3, 2, 2), **options)
    np.testing.assert_array_equal(contents(opened(file, array_file)), COLOUR)


def test_variables_of_other_classes_are_refused(file):
    fails(v5(file, X={"a": 1}, y=DIGITS), "X is of class struct")
    fails(v5(file, X=cell(["a"] * N), y=DIGITS), "X")
    mixed = np.empty((1, 2), object)
    mixed[0] = [np.zeros((2, 2)), "b"]
    fails(v5(file, X=svhn(COLOUR), y=DIGITS, class_names=mixed), "class_names", "other things")


def test_damaged_files(file):
    data = v5(file, X=svhn(COLOUR), y=DIGITS).read_bytes()
    for damaged in (b"", b"no file of MATLAB" * 20, data[:200], data[:140]):
        file.write_bytes(damaged)
        fails(file, "cannot be read as a MATLAB file", "save it again")


def test_a_damaged_file_of_version_73(file):
    data = v73(file, X=svhn(COLOUR), y=DIGITS).read_bytes()
    file.write_bytes(data[:700])
    fails(file, "cannot be read as MATLAB 7.3", "save it again")


def test_too_much_as_a_file_says(file, monkeypatch):
    monkeypatch.setattr(mat_arrays, "MAX_BYTES", 300)
    fails(v5(file, X=svhn(COLOUR), y=DIGITS), "more than")
    monkeypatch.setattr(mat_hdf5, "MAX_BYTES", 300)
    fails(v73(file, X=svhn(COLOUR), y=DIGITS), "more than")


def test_a_variable_that_unpacks_to_more_than_it_says(file, monkeypatch):
    """A trap: the shape is small, the packed bytes are not."""
    monkeypatch.setattr(mat_arrays, "MAX_BYTES", 10_000)
    v5(file, X=np.zeros((2, 2, 3, N), np.uint8), y=DIGITS)
    assert mat_arrays.unpacked_size(file) < 10_000
    bomb = zlib.compress(bytes(2**20))
    with open(file, "ab") as opened_file:
        opened_file.write(struct.pack("<II", 15, len(bomb)) + bomb)
    assert mat_arrays.unpacked_size(file) > 10_000
    fails(file, "more than")


def test_a_file_of_version_73_that_leads_to_others(file, tmp_path):
    v73(tmp_path / "other.mat", X=svhn(COLOUR), y=DIGITS)
    np.save(tmp_path / "other.npy", COLOUR)

    def linked(where):
        where["X"] = h5py.ExternalLink(str(tmp_path / "other.mat"), "X")

    def outside(where):
        size = (str(tmp_path / "other.npy"), 0, h5py.h5f.UNLIMITED)
        where.create_dataset("X", (N, 3, 5, 4), np.uint8, external=[size])

    def virtual(where):
        layout = h5py.VirtualLayout((N, 3, 5, 4), np.uint8)
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.mat"), "X", (N, 3, 5, 4))
        where.create_virtual_dataset("X", layout)

    def soft(where):
        where["elsewhere"] = svhn(COLOUR).T
        where["X"] = h5py.SoftLink("/elsewhere")

    for add in (linked, outside, virtual, soft):
        with h5py.File(file, "w") as where:
            where["y"] = DIGITS
            add(where)
        fails(file, "X is no array that lies in this file")


def test_without_h5py(file, monkeypatch):
    v73(file, X=svhn(COLOUR), y=DIGITS)
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    fails(file, "pip install '.[formats]'", "-v7")


@pytest.mark.parametrize("save", [v5, v73])
def test_a_flipped_bit_is_refused_or_changes_nothing(file, save):
    """Packed variables have checksums; SciPy alone does not compare all of them."""
    data = save(file, X=svhn(COLOUR), y=DIGITS).read_bytes()
    right = contents(opened(file, array_file))
    refusals = []
    for bit in range(3, 8 * len(data), 307):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        file.write_bytes(flipped)
        try:
            found = contents(opened(file, array_file))
        except BadInput as refusal:
            refusals.append(str(refusal))
        else:
            np.testing.assert_array_equal(found, right)
    assert len(refusals) > 10
    assert not any("\n" in refusal for refusal in refusals)
