"""Tables of labels: which columns say what, which image a row means, and what is refused."""

import io
import sys

import pyarrow
import pytest
from support.layouts import refusal, set_of, understood
from support.mistakes import refused

from pipeline.sources import label_table
from pipeline.sources.label_table import Row, read_table
from pipeline.sources.table_match import NoLabelsError, match

# ---- columns


def read(text: str, name="labels.csv", **wanted) -> list[Row]:
    return read_table(name, text.encode(), wanted)


@pytest.mark.parametrize(
    "header",
    [
        *("path,class", "file,label", "filename,category", "Image,Breed", "id,species"),
        *("image_id,diagnosis", "FILEPATH,Labels", "img,target", "image_path,class_name"),
    ],
)
def test_usual_names_of_columns_are_known(header):
    assert read(f"{header}\na.png,cat\n") == [Row("a.png", "cat", "", "")]
    swapped = ",".join(reversed(header.split(",")))
    assert read(f"{swapped}\ncat,a.png\n") == [Row("a.png", "cat", "", "")]


def test_split_and_group_are_read_where_there_are_columns_for_them():
    text = "patient_id,file,label,split,age\n7,a.png,cat,train,40\n,b.png,dog,,41\n"
    assert read(text) == [Row("a.png", "cat", "train", "7"), Row("b.png", "dog", "", "")]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "file;label\na.png;cat\n",
            "file\tlabel\na.png\tcat\n",
            "file|label\na.png|cat\n",
            "\ufefffile,label\na.png,cat\n",
        ),
        *(
            "file,label\r\na.png,cat\r\n\r\n",
            ' file , label \n "a.png", cat \n'.replace(' "', '"'),
        ),
        'file,label\n"a.png","cat"',
    ],
)
def test_csv_as_programs_write_it(text):
    assert read(text) == [Row("a.png", "cat", "", "")]


def test_tsv_may_have_commas():
    assert read("file\tlabel\na,b.png\tcat, big\n", "labels.tsv") == [
        Row("a,b.png", "cat, big", "", "")
    ]


def test_parquet():
    from pyarrow import parquet

    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table({"file": ["a.png", "b.png"], "label": [3, 7]}), buffer)
    rows = read_table("labels.parquet", buffer.getvalue(), {})
    assert rows == [Row("a.png", "3", "", ""), Row("b.png", "7", "", "")]
    with refused("labels.parquet: cannot be read as Parquet"):
        read_table("labels.parquet", b"PAR1 no more", {})


def test_a_parquet_that_says_one_long_text_in_every_row_is_no_table_of_labels(monkeypatch):
    from pyarrow import parquet

    monkeypatch.setattr(label_table, "MAX_LETTERS", 10_000)
    table, buffer = pyarrow.table({"file": ["x" * 100] * 101, "label": ["y"] * 101}), io.BytesIO()
    parquet.write_table(table, buffer)
    with refused("labels.parquet: holds more than a table of labels"):
        read_table("labels.parquet", buffer.getvalue(), {})


def test_a_parquet_without_pyarrow(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with refused("labels.parquet: reading Parquet needs", "pip install '.[formats]'"):
        read_table("labels.parquet", b"PAR1", {})


def test_lines_are_counted_as_they_are_in_the_file():
    with refused("labels.csv: line 5 says no class"):
        read_table("labels.csv", b"file,label\na.png,x\n\n\nb.png,\n", {})
    with refused("labels.csv: line 4 has 1 cells, the header 2"):
        read_table("labels.csv", b'file,label\n"a\n.png",x\nb.png\n', {})
    with refused("labels.csv: is no table of text with a header"):
        read_table("labels.csv", b"", {})


def test_the_clearer_name_of_a_column_wins():
    assert read("id,file_name,label\n1,a.png,cat\n") == [Row("a.png", "cat", "", "")]
    assert read("file,class_id,class\na.png,3,cat\n") == [Row("a.png", "cat", "", "")]


def test_the_config_names_columns():
    text = "file,label,other,who\na.png,cat,dog,x\n"
    assert read(text, **{"class": "other", "group": "who"}) == [Row("a.png", "dog", "", "x")]
    with refused("config: labels.class", "labels.csv has no column 'breed'", "file, label, other"):
        read(text, **{"class": "breed"})
    with refused("config: labels.path", "several columns 'a'"):
        read("a,a,class\n1,2,3\n", path="a")


def test_columns_that_are_not_clear_are_named():
    with refused("file and path may both say the path", "labels: {table: labels.csv, path: ...}"):
        read("file,path,label\na,b,c\n")
    for text, words in {
        "0.png,cat\n1.png,dog\n": "no column is known to say the path of an image",
        "file,MEL,NV\na.png,0,1\n": "no column is known to say the class",
        "ClassId,Name,Sign\n0,stop,x\n": "no column is known to say the path",
    }.items():
        with refused(words, "labels: {table: labels.csv,", text.split("\n")[0].split(",")[1]):
            read(text)
        with pytest.raises(NoLabelsError):
            read(text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"file,label\n", "has no rows"),
        (b"", "is no table of text with a header"),
        (b"file,label\na.png,cat\nb.png\n", "line 3 has 1 cells, the header 2"),
        (b"file,label\na.png,cat\nb.png, \n", "line 3 says no class"),
        (b"file,label\n,cat\n", "line 2 says no path"),
        ("file,label\n\u00e9.png,cat\n".encode("latin-1"), "is not text in UTF-8"),
        ("file,label\n".encode("utf-16"), "is not text in UTF-8"),
        (b'file,label\n"a' + b"x" * 200_000 + b'",b\n', "is no table of text"),
    ],
)
def test_tables_that_say_too_little_are_refused(data, words):
    with refused("labels.csv: ", words):
        read_table("labels.csv", data, {})


# ---- rows

IMAGES = ["set/cat/0.png", "set/cat/1.png", "set/dog/0.png", "set/dog/2.jpg"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["set/dog/0.png", "set/cat/0.png"], [2, 0]),
        (["dog/0.png", "cat/0.png", "cat/1.png"], [2, 0, 1]),
        (["./dog/0.png", "cat//1.png", "/set/dog/2.jpg"], [2, 1, 3]),
        (["C:\\me\\set\\dog\\0.png", "C:\\me\\set\\cat\\0.png"], [2, 0]),
        (["/home/me/other/dog/0.png", "/home/me/other/cat/0.png"], [2, 0]),
        (["2.jpg", "1.png"], [3, 1]),
        (["2", "1"], [3, 1]),
        (["dog/0", "cat/0"], [2, 0]),
        (["2.jpeg", "1.JPG"], [3, 1]),
        (["cat/0.png", "1.png"], [0, 1]),
    ],
)
def test_a_row_means_the_image_that_its_path_ends_like(paths, expected):
    assert match("labels.csv", paths, IMAGES) == expected


def test_names_with_dots_and_in_other_ways_of_unicode():
    images = ["patient.1.png", "patient.2.png", "cafe\u0301.png"]
    paths = ["patient.2", "patient.1", "caf\u00e9"]
    assert match("labels.csv", paths, images) == [1, 0, 2]


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["0.png"], "0.png may mean several images: give whole paths"),
        (["cat/0.png", "0.png"], "0.png may mean several images"),
        (["cat/0.png", "cat/7.png"], "1 of 2 rows name images that are not there, such as cat/7"),
        (["x", "y", "z"], "3 of 3 rows name images that are not there"),
        (["cat/0.png", "set/cat/0.png"], "name one image twice"),
    ],
)
def test_rows_that_mean_no_image_or_several_are_refused(paths, words):
    with refused("labels.csv: ", words):
        match("labels.csv", paths, IMAGES)


# ---- in the data

FLAT = [f"images/{i}.png" for i in range(4)]
TABLE = b"file,label\n0.png,cat\n1.png,dog\n2.png,cat\n3.png,dog\n"
LABELS = {f"images/{i}.png": ("cat", "dog")[i % 2] for i in range(4)}


@pytest.mark.parametrize("name", ["labels.csv", "images/labels.csv", "a/b/Labels.CSV"])
def test_a_table_of_a_usual_name_is_found(name):
    found = understood(FLAT, {name: TABLE})
    assert found.labels == LABELS
    assert f"Classes: from the table {name}" in found.said


@pytest.mark.parametrize(
    "labels", ["meta/breeds.csv", "breeds.csv", {"table": "breeds.csv", "class": "label"}]
)
def test_a_table_is_named_by_its_path_or_the_end_of_it(labels):
    assert understood(FLAT, {"meta/breeds.csv": TABLE}, labels=labels).labels == LABELS


def test_a_table_may_lie_outside_of_the_data(tmp_path):
    (tmp_path / "mine.csv").write_bytes(TABLE)
    assert understood(FLAT, labels=str(tmp_path / "mine.csv")).labels == LABELS
    message = refusal(FLAT, {"other.csv": TABLE}, labels=str(tmp_path / "absent.csv"))
    assert message.startswith("config: labels: no table")
    assert "tables there: other.csv" in message


def test_several_tables_are_not_chosen_from():
    tables = {"a/labels.csv": TABLE, "b/labels.csv": TABLE}
    assert "a/labels.csv, b/labels.csv" in refusal(FLAT, tables)
    assert "several tables labels.csv" in refusal(FLAT, tables, labels="labels.csv")
    assert understood(FLAT, tables, labels="b/labels.csv").labels == LABELS
    assert understood(FLAT, tables, ignore=["/a"]).labels == LABELS
    assert understood(FLAT, tables | {"labels.csv": TABLE}).labels == LABELS


def test_images_without_a_row_are_passed_over_and_said():
    found = understood([*FLAT, "images/9.png"], {"labels.csv": TABLE})
    assert found.labels == LABELS
    assert "Passed over: 1 images that labels.csv does not name" in found.said


def test_folders_and_table_that_say_the_same_are_one_reading():
    names = set_of("{train,test}/{cat,dog}", n=1)
    rows = "".join(f"{n},{n.split('/')[1].upper()}\n" for n in names)
    found = understood(names, {"labels.csv": f"path,class\n{rows}".encode()})
    assert found.table() == {
        n: f"{n.split('/')[1].upper()} {n.split('/')[0]}" for n in names
    }  # the split is that of the folders


def test_folders_and_table_that_differ_are_refused_and_either_can_be_chosen():
    names = set_of("{a,b}")
    table = {"labels.csv": b"path,class\na/0.png,x\na/1.png,y\nb/0.png,x\nb/1.png,y\n"}
    message = refusal(names, table)
    assert "2 classes by folders, such as a" in message
    assert 'ignore: ["/labels.csv"]' in message
    assert "2 by the table labels.csv, such as x" in message
    assert 'labels: "labels.csv"' in message
    assert understood(names, table, ignore=["/labels.csv"]).classes == ["a", "b"]
    assert understood(names, table, labels="labels.csv").classes == ["x", "y"]


def test_a_table_that_gives_another_split_than_folders_differs_from_them():
    names = set_of("{train,test}/{a,b}", n=1)
    rows = b"path,class,split\ntrain/a/0.png,a,test\ntrain/b/0.png,b,test\n"
    rows += b"test/a/0.png,a,train\ntest/b/0.png,b,train\n"
    assert "can be read in two ways" in refusal(names, {"labels.csv": rows})
    found = understood(names, {"labels.csv": rows}, labels="labels.csv")
    assert found.splits["train/a/0.png"] == "test"


def test_a_table_that_says_no_labels_of_images_is_passed_over_and_said():
    found = understood(set_of("{0,1}"), {"labels.csv": b"ClassId,Name\n0,stop\n1,go\n"})
    assert found.classes == ["0", "1"]
    assert "Passed over: labels.csv: no column is known to say the path" in found.said
    found = understood(set_of("{0,1}"), {"labels.csv": b"id,label\nstop,0\ngo,1\n"})
    assert found.classes == ["0", "1"]
    assert "Passed over: labels.csv: 2 of 2 rows name images that are not there" in found.said
    message = refusal(set_of("{0,1}"), {"labels.csv": b"id,label\n0/0.png,0\ngone.png,1\n"})
    assert "1 of 2 rows" in message


def test_groups_are_numbers_that_images_share():
    table = b"file,label,patient\n0.png,cat,p\n1.png,dog,q\n2.png,cat,p\n3.png,dog,\n"
    groups = understood(FLAT, {"labels.csv": table}).groups
    assert groups["images/0.png"] == groups["images/2.png"]
    assert len(set(groups.values())) == 3


def test_splits_of_a_table():
    text = "file,label,split\n0.png,cat,train\n1.png,dog,Training\n2.png,cat,TEST\n3.png,dog,val\n"
    found = understood(FLAT, {"labels.csv": text.encode()})
    assert list(found.splits.values()) == ["train", "train", "test", "validation"]
    folds = text.replace("Training", "1").replace("TEST", "2").replace("val", "1").encode()
    message = refusal(FLAT, {"labels.csv": folds})
    assert "{1, 2} may be splits, but none of train, validation and test" in message
    assert 'splits: {"1": train, "2": test}' in message
    found = understood(FLAT, {"labels.csv": folds}, splits={"1": "train", "2": "test"})
    assert list(found.splits.values()) == ["train", "train", "test", "train"]
    message = refusal(FLAT, {"labels.csv": text.encode()}, splits={"2": "test"})
    assert message.startswith("config: splits.2: no split of set is called so")


TWO = ["a/0.png", "a/1.png", "a/2.png", "a/3.png"]


def test_where_neither_table_nor_folders_tell_both_reasons_are_given():
    message = refusal(TWO, {"labels.csv": b"image_id,dx\n0,mel\n1,nv\n2,mel\n3,nv\n"})
    assert "labels.csv: no column is known to say the class of an image" in message
    assert "the columns are image_id, dx" in message
    assert "all images lie in one folder, a" in message


def test_where_folders_do_not_tell_a_table_of_any_name_is_advice_that_works():
    table = {"HAM_metadata.csv": b"image_id,class\n0,mel\n1,nv\n2,mel\n3,nv\n"}
    message = refusal(TWO, table)
    assert message.endswith('or, if a table says them, set labels: "HAM_metadata.csv"')
    assert understood(TWO, table, labels="HAM_metadata.csv").table() == {
        "a/0.png": "mel",
        "a/1.png": "nv",
        "a/2.png": "mel",
        "a/3.png": "nv",
    }


def test_of_several_tables_the_one_that_names_most_images_is_the_advice():
    tables = {
        "a_submission.csv": b"id,class\n0,mel\n1,nv\n",
        "b_notes.csv": b"text\nnothing\n",
        "c_truth.csv": b"id,class\n0,mel\n1,nv\n2,mel\n3,nv\n",
    }
    assert refusal(TWO, tables).endswith('or, if a table says them, set labels: "c_truth.csv"')


def test_a_list_of_classes_that_is_called_like_a_table_of_labels_can_be_left_out():
    names, table = set_of("{cat,dog}"), {"labels.csv": b"id,label\n0,cat\n1,dog\n"}
    message = refusal(names, table)
    assert 'or leave the table out with ignore: ["/labels.csv"]' in message
    assert understood(names, table, ignore=["/labels.csv"]).classes == ["cat", "dog"]
