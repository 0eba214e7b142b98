"""What is an image, what a system strewed about, and what files are called where they count."""

import io

import pytest
import tifffile
from PIL import Image
from support.image_sets import encoded, in_folder, solid
from support.layouts import set_of, understood

from pipeline.sources.containers import container
from pipeline.sources.file_kinds import HEAD, hidden_part, is_hidden, is_image, kind_of
from pipeline.sources.listing import list_images

FORMATS = ("jpeg", "png", "gif", "bmp", "webp", "tiff", "ppm", "jpeg2000")


def first(data: bytes) -> bytes:
    return data[:HEAD]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["0", "photo", "0.x17", "IMG_0001.orig", "a.b/c"])
def test_a_file_that_begins_like_an_image_is_one(kind, name):
    data = encoded(Image.new("RGB", (9, 7)), kind)
    assert is_image(name, lambda: first(data))
    assert not is_image(name, lambda: b"no image" + first(data))


def test_other_ways_in_which_images_begin():
    big = io.BytesIO()
    tifffile.imwrite(big, [[1]], bigtiff=True)
    heads = [big.getvalue(), b"\0\0\0\x18ftypheic", b"\0\0\0\x20ftypavif", b"P5 # made by hand\n"]
    assert all(is_image("0", lambda head=head: first(head)) for head in heads)


@pytest.mark.parametrize(
    "text",
    [b"", b"BMW is a maker of cars, and this is text", b"Plain text", b"P5", b"RIFF....WAVE"],
)
def test_text_that_begins_a_little_like_an_image_is_none(text):
    assert not is_image("notes", lambda: first(text))


@pytest.mark.parametrize(
    "name", ["0.txt", "labels.csv", "0.png.bak", "0.jpg~", "0.jpg.part", "0.npy", "set.zip"]
)
def test_a_file_of_another_known_ending_is_not_looked_at(name):
    assert not is_image(name, lambda: first(solid()))


@pytest.mark.parametrize(
    "name", ["0.jpg", "0.JPEG", "0.jfif", "0.GIF", "0.ppm", "0.heic", "0.jp2"]
)
def test_a_file_of_a_known_ending_is_an_image_or_ought_to_be(name):
    assert is_image(name, lambda: b"whatever")


def test_images_without_an_ending_are_read_from_a_folder(tmp_path):
    folder = in_folder(tmp_path, {"cat/0": solid(), "cat/notes": b"x", "dog/1": solid()})
    listing = list_images(container(folder))
    assert list(listing.all_names()) == ["cat/0", "dog/1"]
    assert listing.passed == {"files of no known ending": (1, "cat/notes")}


STREWN = (
    *("_gsdata_", "Recycle Bin", "TheFindByContentFolder", "@appstore"),
    *("@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN"),
    *("lost+found", "__MACOSX", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r"),
    *("System Volume Information", "FOUND.000", "RECYCLER", "Network Trash Folder"),
    *("Temporary Items", ".DS_Store", "._0.png", ".@__thumb", ".Trash-1000", "@tmp"),
    *("SYNOPHOTO_THUMB_M.jpg", "0.jpg@SynoEAStream"),
)


@pytest.mark.parametrize("name", STREWN)
@pytest.mark.parametrize("around", ["", "cat/", "a/b/c/"])
def test_what_systems_strew_about_is_no_data_at_any_depth(name, around):
    for written in (name, name.lower(), name.upper()):
        for inside in ("", "/0.png", "/a/b/0.png"):
            assert is_hidden(f"{around}{written}{inside}")
            assert hidden_part(f"{around}{written}{inside}") == f"{around}{written}"


@pytest.mark.parametrize("name", ["eaDir", "recycle", "lost", "a.b", "x@eaDir", "thumbs.db.png"])
def test_names_that_are_like_these_are_data(name):
    assert not is_hidden(f"cat/{name}/0.png")


def test_thumbnails_of_a_network_drive_are_no_images_and_no_class():
    thumbs = set_of("pets/@eaDir/cover.jpg", "pets/{ant,bee}/@eaDir/0.jpg")
    found = understood(set_of("pets/{ant,bee}") + thumbs + ["pets/ant/Thumbs.db", "pets/.x/0.png"])
    assert found.classes == ["ant", "bee"]
    assert len(found.labels) == 4
    assert found.passed == {
        "@eaDir of the system": (3, "pets/@eaDir"),
        "Thumbs.db of the system": (1, "pets/ant/Thumbs.db"),
        "hidden files": (1, "pets/.x"),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a/0.TXT", ".txt files"),
        ("a/0.dcm", ".dcm files"),
        ("a/README", "files of no known ending"),
        ("a/0.2019 (copy)", "files of no known ending"),
        ("a/.x", "files of no known ending"),
        ("a/0.a\nb", "files of no known ending"),
    ],
)
def test_files_are_counted_by_their_endings(name, kind):
    assert kind_of(name) == kind
