"""Folder, .zip and .tar of the same files are listed alike: names, folders, contents."""

import shutil
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.image_sets import ARCHIVES, KINDS, in_folder, in_tar, in_zip, packed
from support.mistakes import refused

from pipeline.sources.containers import container
from pipeline.sources.file_kinds import is_hidden, is_image
from pipeline.sources.listing import Listing, list_images, safe_path

# Of no entry more than its name is looked at: any bytes will do.
IMAGES = {
    name: name.encode()
    for name in (
        "cat/0.png",
        "cat/1.PNG",
        "cat/x.y.jpg",
        "dog/deep/er/0.tiff",
        "dog/0.jpeg",
        "ünder/中.webp",
        "top.bmp",
    )
}
OTHERS = dict.fromkeys(
    (
        "README.md",
        "cat/labels.csv",
        "cat/png",
        "cat/0.png.txt",
        "notes/0.gif.txt",
        "cat/.0.png",
        ".DS_Store",
        "dog/.DS_Store",
        ".git/0.png",
        "dog/.thumbnails/deep/0.png",
        "__MACOSX/cat/0.png",
        "__MACOSX/cat/._0.png",
        "dog/__MACOSX/0.png",
    ),
    b"x",
)
FOLDERS = {"cat", "dog", "dog/deep", "dog/deep/er", "ünder", "notes", "empty", "empty/inside"}


def listed(path: Path) -> Listing:
    return list_images(container(path))


def all_of(listing: Listing) -> np.ndarray:
    return np.arange(len(listing.places))


def archived(folder: Path, kind: str) -> Path:
    """The folder packed as a whole, with entries for the folders in it, or as it is."""
    if kind == "folder":
        return folder
    return Path(shutil.make_archive(str(folder), {"tar.gz": "gztar"}.get(kind, kind), folder))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_files_give_the_same_listing(tmp_path, kind):
    folder = in_folder(tmp_path / "set", IMAGES | OTHERS)
    for name in ("empty/inside", ".hidden/inside", "cat/__MACOSX/inside"):
        (folder / name).mkdir(parents=True)
    listing = listed(archived(folder, kind))
    names = list(listing.names(all_of(listing)))
    assert names == sorted(IMAGES)
    assert set(listing.folders) - {""} == FOLDERS  # "": some archives name their own root
    assert len(listing.folders) == len(set(listing.folders))
    first, folder = listing.holders.first, listing.holders.folder
    assert first == ["cat/0.png", "dog/0.jpeg", "dog/deep/er/0.tiff", "top.bmp", "ünder/中.webp"]
    assert [first[i].rpartition("/")[0] for i in folder] == [
        name.rpartition("/")[0] for name in names
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_files_alone_will_do(tmp_path, kind):
    listing = listed(packed(tmp_path, kind, IMAGES | OTHERS))
    assert list(listing.names(all_of(listing))) == sorted(IMAGES)
    assert {"cat", "notes"} <= set(listing.folders)  # those of files that are no images


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_that_is_passed_over_is_counted_with_an_example(tmp_path, kind):
    listing = listed(packed(tmp_path, kind, IMAGES | OTHERS))
    assert listing.passed == {
        ".csv files": (1, "cat/labels.csv"),
        ".md files": (1, "README.md"),
        ".txt files": (2, "cat/0.png.txt"),
        "files of no known ending": (1, "cat/png"),
        "hidden files": (5, ".DS_Store"),  # .git and dog/.thumbnails among them, as one each
        "__MACOSX of the system": (2, "__MACOSX"),
    }
    assert list(listing.tables) == ["cat/labels.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_contents_are_those_of_the_order(tmp_path, kind):
    listing = listed(packed(tmp_path, kind, IMAGES | OTHERS))
    names = sorted(IMAGES)
    for order in ([3, 0, 6, 2, 1, 5, 4], [4], []):
        wanted = [names[position] for position in order]
        assert list(listing.names(np.array(order, int))) == wanted
        found = sorted(listing.contents(np.array(order, int)))
        assert found == [(i, name, IMAGES[name]) for i, name in enumerate(wanted)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_ignore_fits_is_left_out_and_counted(tmp_path, kind):
    data = packed(tmp_path, kind, IMAGES | OTHERS)
    listing = list_images(container(data), ["/dog", "*.bmp", "labels.csv"])
    left = ["cat/0.png", "cat/1.PNG", "cat/x.y.jpg", "ünder/中.webp"]
    assert list(listing.names(all_of(listing))) == left
    n, example = listing.passed["files left out by ignore"]
    assert example == "cat/labels.csv"
    assert n >= 4
    assert not listing.tables
    with refused("config: ignore: gone fits no file or folder", str(data)):
        list_images(container(data), ["/dog", "gone"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_read_from_where_the_images_are(tmp_path, kind):
    files = {"cat/0.png": b"a", "sub/labels.csv": b"path,class", "b.tsv": b"x"}
    listing = listed(packed(tmp_path, kind, files))
    assert listing.table("sub/labels.csv") == listing.table("labels.csv") == b"path,class"
    (tmp_path / "mine.csv").write_bytes(b"mine")
    assert listing.table("mine.csv") == b"mine"  # beside the data
    assert listing.table(str(tmp_path / "mine.csv")) == b"mine"
    with refused("config: labels: no table gone.csv", "tables there: ", "b.tsv"):
        listing.table("gone.csv")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_at_all(tmp_path, kind):
    (tmp_path / "set").mkdir()
    listing = listed(packed(tmp_path, kind, {}))
    assert (len(listing.places), listing.folders, listing.holders.first) == (0, [], [])


@pytest.mark.parametrize("kind", ARCHIVES)
def test_paths_in_an_archive_are_cleaned(tmp_path, kind):
    files = {"./cat/0.png": b"a", "cat//1.png": b"b", "dog\\0.png": b"c", "./dog/./1.png": b"d"}
    listing = listed(packed(tmp_path, kind, files))
    names = ["cat/0.png", "cat/1.png", "dog/0.png", "dog/1.png"]
    assert list(listing.names(all_of(listing))) == names
    found = sorted(listing.contents(all_of(listing)))
    assert found == list(zip(range(4), names, files.values(), strict=True))


@pytest.mark.parametrize("kind", ARCHIVES)
def test_what_is_passed_over_may_come_twice(tmp_path, kind):
    files = IMAGES | {"notes.txt": b"", "./notes.txt": b"", ".git/0.png": b"", ".git//0.png": b""}
    listing = listed(packed(tmp_path, kind, files))
    assert list(listing.names(all_of(listing))) == sorted(IMAGES)


@pytest.mark.parametrize("name", ["notes.txt", ".0.png", "__MACOSX/0.png"])
def test_a_link_that_is_passed_over_may_lead_anywhere(tmp_path, name):
    folder = in_folder(tmp_path / "set", IMAGES)
    (folder / "__MACOSX").mkdir()
    (folder / name).symlink_to("/etc/passwd")
    zipped, tarred = in_zip(tmp_path / "set.zip", IMAGES), in_tar(tmp_path / "set.tar", IMAGES)
    with zipfile.ZipFile(zipped, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with tarfile.open(tarred, "a") as archive:
        archive.add(folder / name, name)
    for data in (folder, zipped, tarred):
        listing = listed(data)
        assert list(listing.names(all_of(listing))) == sorted(IMAGES)


def test_a_link_to_a_file_of_the_folder_is_a_file(tmp_path):
    folder = in_folder(tmp_path / "set", {"cat/0.png": b"a", "dog/0.png": b"b", "hidden/.c": b"c"})
    (folder / "cat/1.png").symlink_to("../hidden/.c")
    listing = listed(folder)
    assert [data for _, _, data in listing.contents(all_of(listing))] == [b"a", b"c", b"b"]


@pytest.mark.parametrize("name", ["C:/0.png", "cat/a\\..\\0.png", "cat\\0.png"])
def test_in_a_folder_a_name_is_taken_as_it_is(tmp_path, name):
    """Only archives come from systems where a backslash parts folders and a drive is a letter."""
    listing = listed(in_folder(tmp_path / "set", {name: b"a"}))
    assert list(listing.names(all_of(listing))) == [name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cat/0.png", "cat/0.png"),
        ("./cat//.//0.png", "cat/0.png"),
        ("cat\\0.png", "cat/0.png"),
        ("cat/", "cat"),
        (".", ""),
        ("./", ""),
        ("a..b/..c/d../0.png", "a..b/..c/d../0.png"),
        ("cat:/0.png", "cat:/0.png"),
    ],
)
def test_clean_paths(name, expected):
    assert safe_path("set.zip", name) == expected


@pytest.mark.parametrize(
    "name", ["/0.png", "\\0.png", "../0.png", "cat/../../0.png", "cat/..", "c:/0.png", "C:\\0.png"]
)
def test_paths_that_climb_out(name):
    with refused("set.zip", name, "climbs out"):
        safe_path("set.zip", name)


def test_what_is_hidden_and_what_is_an_image():
    assert all(map(is_image, IMAGES))
    assert not any(is_image(name) for name in OTHERS if not is_hidden(name))
    assert not any(map(is_hidden, IMAGES))
    assert all(map(is_hidden, (".git", "a/.b/c", "__MACOSX", "a/__MACOSX/b.png")))
