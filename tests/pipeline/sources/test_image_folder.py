"""Folders and archives as sources: the same records from every packing, and what is no source."""

import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support.image_sets import KINDS, content, in_folder, in_zip, packed, solid
from support.mistakes import refused

from pipeline.sources import image_folder
from pipeline.sources.source import Options, Source


def opened(data: Path, **options) -> Source:
    return image_folder.open(str(data), Options(**options))


def table(source: Source) -> dict[str, str]:
    """Of each image its class and, where it has one, its split."""
    return {
        record.file: f"{source.classes[record.label]} {record.split}".strip()
        for record in source.records(np.arange(source.n))
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("around", ["", "my set/"])
def test_every_packing_is_read_alike(tmp_path, kind, around):
    names = [
        f"{around}{split}/{name}/{i}.png"
        for split in ("Training", "Testing", "val")
        for name in ("cat", "dog")
        for i in range(2)
    ]
    files = {name: name.encode() for name in names}
    junk = dict.fromkeys(
        ("README.txt", f"{around}Training/.DS_Store", "__MACOSX/._0.png", "@eaDir/0.jpg/S.jpg"),
        b"x",
    )
    source = opened(packed(tmp_path, kind, files | junk))
    parts = {"Training": "train", "Testing": "test", "val": "validation"}
    assert source.classes == ["cat", "dog"]
    assert table(source) == {
        name: f"{name.split('/')[-2]} {parts[name.split('/')[-3]]}" for name in names
    }
    records = list(source.records(np.arange(source.n)))
    assert len({record.group for record in records}) == len(names)
    order = np.array([5, 0, 3])
    images = sorted(source.images(order))
    assert images == [
        (i, records[at].file, records[at].file.encode()) for i, at in enumerate(order)
    ]
    assert source.passed["__MACOSX of the system"] == (1, "__MACOSX")
    assert source.passed["@eaDir of the system"] == (1, "@eaDir")
    assert source.passed[".txt files"] == (1, "README.txt")


@pytest.mark.parametrize("kind", KINDS)
def test_without_splits_nothing_is_said_of_them(tmp_path, kind):
    assert set(table(opened(packed(tmp_path, kind, content()))).values()) == {"cat", "dog"}
    files = {f"set/train/{name}": data for name, data in content().items()}
    (tmp_path / "more").mkdir()
    assert set(table(opened(packed(tmp_path / "more", kind, files))).values()) == {"cat", "dog"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_labels_table_is_read_from_every_packing(tmp_path, kind):
    files = {f"images/{i}.png": solid() for i in range(4)}
    files["labels.csv"] = b"file,label,split,patient\n" + b"".join(
        b"%d.png,%s,%s,p%d\n"
        % (i, b"cat" if i % 2 else b"dog", b"test" if i > 1 else b"train", i // 2)
        for i in range(4)
    )
    source = opened(packed(tmp_path, kind, files))
    assert table(source) == {
        "images/0.png": "dog train",
        "images/1.png": "cat train",
        "images/2.png": "dog test",
        "images/3.png": "cat test",
    }
    groups = [record.group for record in source.records(np.arange(4))]
    assert groups[0] == groups[1] != groups[2] == groups[3]


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_handed_on(tmp_path, kind):
    files = {
        f"set/{f}/{c}/{i}.png": solid() for f in ("f1", "f2", "old") for c in "ab" for i in "01"
    }
    data = packed(tmp_path, kind, files)
    source = opened(data, splits={"f1": "train", "f2": "test"}, ignore=["old"])
    assert table(source)["set/f2/b/1.png"] == "b test"
    assert source.passed["files left out by ignore"] == (4, "set/old/a/0.png")
    assert opened(data, layout=["set/*/{class}/*"]).n == 12
    assert opened(data, file_name=r"(?P<class>\d)").classes == ["0", "1"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unclear_is_refused_with_the_name_of_the_data(tmp_path, kind):
    files = {f"{top}{c}/0.png": solid() for top in ("", "copy/") for c in ("cat", "dog")}
    data = packed(tmp_path, kind, files)
    with refused(f"{data}: ", "can be read in several ways", 'set ignore: ["/copy"]'):
        opened(data)
    assert opened(data, ignore=["/copy"]).n == 2


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip"])
def test_an_archive_of_the_folder_itself(tmp_path, kind):
    """As `tar czf set.tgz -C folder .` makes it: the folder's own entry is called "."."""
    data = packed(tmp_path, kind, {"./cat/0.png": solid(), "./dog/0.png": solid()})
    if kind == "zip":
        with zipfile.ZipFile(data, "a") as archive:
            archive.writestr("./", b"")
    else:
        folder = in_folder(tmp_path / "set", content())
        with tarfile.open(data, "w:gz" if kind == "tar.gz" else "w") as archive:
            archive.add(folder, ".")
    assert opened(data).classes == ["cat", "dog"]


def test_empty_class_folders_of_every_packing(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    (folder / "bird").mkdir()
    for kind in ("", "zip", "gztar"):
        data = folder
        if kind:
            data = Path(shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path, "set"))
        name = "set/bird" if kind else "bird"
        ignored = f'ignore: ["/{name}"]'
        with refused(str(data), f"class folder {name} holds no images", ignored):
            opened(data)
        assert opened(data, ignore=[f"/{name}"]).n == 4


def test_names_that_are_no_text_or_have_line_breaks(tmp_path):
    odd = os.fsdecode(b"caf\xe9")
    files = {f"{odd}/a\rb.png": solid(), "a\nb/0.png": solid(), f"{'n' * 255}/0.png": solid()}
    source = opened(in_folder(tmp_path / "set", files))
    assert source.classes == sorted([odd, "a\nb", "n" * 255])
    assert set(table(source)) == set(files)


@contextmanager
def nested(root: Path, name: str, depth: int) -> Iterator[None]:
    """Two classes, so many folders deep; a step at a time, for the path may be too long to use.

    They are removed again, for pytest cannot do so.
    """
    home = os.getcwd()
    try:
        os.chdir(root)
        for _ in range(depth):
            os.mkdir(name)
            os.chdir(name)
        for each in ("cat", "dog"):
            os.mkdir(each)
            Path(each, "0.png").write_bytes(solid())
    finally:
        os.chdir(home)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", str(root / name)], check=True)


def test_a_thousand_folders_inside_each_other_are_passed_over(tmp_path):
    with nested(tmp_path, "d", 1200):
        assert opened(tmp_path).classes == ["cat", "dog"]


def test_folders_that_the_system_cannot_name_are_refused(tmp_path):
    in_folder(tmp_path, content())
    with (
        nested(tmp_path, "deep_folder", 1200),
        refused("cannot be read (File name too long)") as caught,
    ):
        opened(tmp_path)
    assert len(str(caught.value)) < 600


def test_links_to_files_inside_are_followed_and_others_refused_or_ignored(tmp_path):
    folder = in_folder(tmp_path / "set", content() | {"pool/9": solid()})
    (folder / "cat/9.png").symlink_to("../pool/9")
    assert table(opened(folder, ignore=["pool"]))["cat/9.png"] == "cat"
    for name, target in (("dog/x.png", "/etc/passwd"), ("dog/x", "../cat"), ("dog/x", "..")):
        (folder / name).symlink_to(target)
        with refused(name, "is a link out of"):
            opened(folder, ignore=["pool"])
        assert opened(folder, ignore=["pool", f"/{name}"]).n == 5
        (folder / name).unlink()
    (folder / "dog/gone.png").symlink_to("nowhere.png")
    with refused("dog/gone.png", "cannot be read"):
        opened(folder, ignore=["pool"])


@pytest.mark.parametrize("name", ["set.rar", "set", "set.txt"])
def test_what_is_neither_folder_nor_archive_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with refused(f"data {tmp_path / name}: is neither a folder nor an archive", ".zip", "tar.gz"):
        opened(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    with refused("is neither a folder nor an archive"):
        opened(tmp_path / "pipe")


def test_an_archive_is_known_by_how_it_begins(tmp_path):
    data = in_zip(tmp_path / "set.zip", content()).rename(tmp_path / "download")
    assert opened(data).n == 4
