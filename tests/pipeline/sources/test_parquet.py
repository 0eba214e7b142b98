"""Parquet tables of images, as hubs of data keep them."""

import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.image_sets import solid
from support.mistakes import refused
from support.whole_source import everything, opened

from features.errors import BadInput
from pipeline.sources import file_set, image_folder, parquet, registry
from pipeline.sources.source import Options

FILES = [solid((i, 0, 0)) for i in range(250)]  # more than are read at once
LABELS = [i % 3 for i in range(250)]
NAMES = ["dog", "ant", "cat"]


def structs(files):
    fields = [("bytes", pa.binary()), ("path", pa.string())]
    rows = [None if f is None else {"bytes": f, "path": "1.png"} for f in files]
    return pa.array(rows, pa.struct(fields))


def saved(path, start=0, stop=250, names=None, image="image", label="label", changed=()):
    """A table of some of the images; image, label: names of columns; changed: other columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {image: structs(FILES[start:stop]), label: pa.array(LABELS[start:stop])}
    table = pa.table(content | dict(changed))
    if names:
        features = {label: {"names": names, "_type": "ClassLabel"}, image: {"_type": "Image"}}
        about = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": about})
    pq.write_table(table, path, row_group_size=70)
    return path


def fails(path, *words):
    with refused(*words):
        everything(opened(path, parquet))


def test_one_file(tmp_path):
    path = saved(tmp_path / "mine.parquet", names=NAMES)
    source = opened(path, parquet)
    assert source.classes == ["ant", "cat", "dog"]
    every = everything(source)
    assert [image.content for image in every] == FILES
    assert [image.label for image in every] == [NAMES[label] for label in LABELS]
    assert {image.split for image in every} == {""}
    assert every[7].file == "mine/0000007"
    assert source.said == ["Columns: images from image.bytes, classes from label."]
    assert source.sha256() == opened(path, parquet).sha256()


def test_some_images_of_several_files_in_any_order(tmp_path):
    for k, start in enumerate((0, 100)):
        saved(tmp_path / f"train-0000{k}-of-00002.parquet", start, start + 100)
    saved(tmp_path / "test-00000-of-00001.parquet", 200, 250)
    source = opened(tmp_path, parquet)
    order = np.array([249, 0, 160, 51, 3])  # the test images come first
    expected = FILES[200:] + FILES[:200]
    found = {i: image for i, _, image in source.images(order)}
    assert found == {i: expected[position] for i, position in enumerate(order)}


def test_files_for_each_split_in_a_folder_within_the_folder(tmp_path):
    data = tmp_path / "set/data"
    saved(data / "train-00000-of-00002.parquet", 0, 100, NAMES)
    saved(data / "train-00001-of-00002.parquet", 100, 150, NAMES)
    saved(data / "validation-00000-of-00001.parquet", 150, 200, NAMES)
    saved(data / "test-00000-of-00001.parquet", 200, 250, NAMES)
    (tmp_path / "set/README.md").write_text("x")
    (tmp_path / "set/.gitattributes").write_text("x")
    every = everything(opened(tmp_path / "set", parquet))
    parts = [("test", 200, 250), ("train", 0, 150), ("validation", 150, 200)]
    assert [image.content for image in every] == [f for _, a, b in parts for f in FILES[a:b]]
    assert [image.split for image in every] == [s for s, a, b in parts for _ in range(a, b)]


@pytest.mark.parametrize(
    ("image", "label"), [("img", "fine_label"), ("image", "labels"), ("image", "class")]
)
def test_other_names_of_columns(tmp_path, image, label):
    path = saved(tmp_path / "x.parquet", 0, 9, NAMES, image, label, {"id": pa.array(range(9))})
    assert opened(path, parquet).classes == sorted(NAMES)


def test_bytes_alone_and_labels_that_are_names(tmp_path):
    for kind in (pa.binary(), pa.large_binary()):
        columns = {"image": pa.array(FILES[:9], kind), "label": pa.array(NAMES * 3)}
        source = opened(saved(tmp_path / "x.parquet", 0, 9, changed=columns), parquet)
        every = everything(source)
        assert [image.content for image in every] == FILES[:9]
        assert [image.label for image in every] == NAMES * 3
    coded = {"label": pa.array(NAMES * 3).dictionary_encode()}
    assert opened(saved(tmp_path / "x.parquet", 0, 9, changed=coded), parquet).classes == sorted(
        NAMES
    )


def test_numbers_without_names(tmp_path):
    assert opened(saved(tmp_path / "x.parquet"), parquet).classes == ["0", "1", "2"]


@pytest.mark.parametrize(
    "about", [b"no JSON", b"[]", b'{"info": {"features": {"label": {"names": [1, 2, 3]}}}}']
)
def test_metadata_of_another_form_is_passed_over(tmp_path, about):
    table = pq.read_table(saved(tmp_path / "x.parquet"))
    pq.write_table(table.replace_schema_metadata({"huggingface": about}), tmp_path / "x.parquet")
    assert opened(tmp_path / "x.parquet", parquet).classes == ["0", "1", "2"]


def test_what_is_missing(tmp_path):
    path = tmp_path / "x.parquet"
    fails(saved(path, image="bild"), "x.parquet", "no column is called image", "bild, label")
    fails(saved(path, label="klasse"), "no column is called label", "image, klasse")
    fails(saved(path, 0, 3, changed={"label": pa.array([0, None, 1])}), "1 images have no label")
    fails(
        saved(path, 0, 3, changed={"image": structs([FILES[0], None, FILES[2]])}),
        "row 1",
        "no bytes",
    )
    fails(saved(path, 0, 0), "holds no image")


def test_columns_of_another_kind(tmp_path):
    path = tmp_path / "x.parquet"
    fails(saved(path, 0, 3, changed={"image": pa.array(["a", "b", "c"])}), "image holds string")
    fails(
        saved(path, 0, 3, changed={"image": pa.array([{"path": "a"}] * 3)}), "image holds struct"
    )
    fails(saved(path, 0, 3, changed={"label": pa.array([[0], [1], [2]])}), "label holds list")
    fails(saved(path, 0, 3, changed={"label": pa.array([0, -1, 1])}), "label -1")
    fails(saved(path, 0, 3, changed={"label": pa.array(["a", "b" * 2000, "c"])}), "short names")
    fails(saved(path, 0, 3, names=NAMES[:2]), "label 2 has no name")


def test_files_that_do_not_agree(tmp_path):
    saved(tmp_path / "train.parquet", 0, 9, NAMES)
    saved(tmp_path / "test.parquet", 0, 9, NAMES[::-1])
    fails(tmp_path, "name their classes differently")
    saved(tmp_path / "test.parquet", 0, 9, NAMES)
    saved(tmp_path / "part-2.parquet", 0, 9, NAMES)
    fails(tmp_path, "part-2.parquet says neither train nor")


def test_damaged_files(tmp_path):
    path = saved(tmp_path / "x.parquet")
    data = path.read_bytes()
    middle = bytearray(data)
    middle[1000:9000] = b"\xff" * 8000
    for damaged in (b"", b"PAR1", data[: len(data) // 2], b"x" * 100, bytes(middle)):
        path.write_bytes(damaged)
        fails(path, "x.parquet", "cannot be read as Parquet", "fetch it again")


def test_row_groups_that_are_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(file_set, "MAX_BYTES", 3000)
    fails(saved(tmp_path / "x.parquet"), "x.parquet", "row group", "row_group_size")


def test_a_link_out_of_the_folder(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "train.parquet").symlink_to(saved(tmp_path / "other.parquet"))
    fails(folder, "train.parquet", "link out of")


def test_without_pyarrow(tmp_path, monkeypatch):
    path = saved(tmp_path / "x.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    fails(path, "x.parquet", "pip install '.[formats]'")


def test_a_table_of_labels_beside_images_is_no_matter_of_this_source(tmp_path):
    saved(tmp_path / "labels.parquet", 0, 3)
    (tmp_path / "1.png").write_bytes(FILES[0])
    assert registry.find(str(tmp_path)) is image_folder


def test_the_fingerprint_changes_with_the_files(tmp_path):
    saved(tmp_path / "train.parquet", 0, 9)
    first = registry.fingerprint(str(tmp_path))
    saved(tmp_path / "test.parquet", 0, 9)
    assert registry.fingerprint(str(tmp_path)) != first


def test_a_flipped_bit_where_the_file_describes_itself(tmp_path):
    """It is refused in one line, or changes no image; some of these bits would end the process."""
    path = saved(tmp_path / "mine.parquet", stop=3)
    data = path.read_bytes()
    about = int.from_bytes(data[-8:-4], "little") + 8  # bytes at the end
    refusals = []
    for bit in range(8 * (len(data) - about), 8 * len(data), 19):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            images = [
                image.content for image in everything(registry.open_source(str(path), Options()))
            ]
        except BadInput as refusal:
            refusals.append(str(refusal))
        else:
            assert images == FILES[:3]
    assert len(refusals) > 50
    assert not any("\n" in refusal for refusal in refusals)


def test_checksums_are_compared_where_the_file_has_some(tmp_path):
    table = pa.table({"image": structs(FILES[:3]), "label": LABELS[:3]})
    path = tmp_path / "mine.parquet"
    pq.write_table(table, path, write_page_checksum=True, compression="none")
    data = path.read_bytes()
    path.write_bytes(data.replace(FILES[1], FILES[2]))
    assert path.read_bytes() != data
    fails(path, "mine.parquet", "cannot be read as Parquet", "fetch it again")
