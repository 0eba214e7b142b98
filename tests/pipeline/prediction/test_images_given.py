"""The images that a user names: files, and those in folders and archives, in a fixed order."""

import os
import zipfile
from pathlib import Path

import pytest
from support.image_sets import ARCHIVES, content, in_folder, in_zip, packed, solid
from support.mistakes import refused

from pipeline.prediction.given import Given, given

HIDDEN = {".DS_Store": b"x", ".trash/a.png": solid(), "__MACOSX/._a.png": b"x", "notes.txt": b"x"}


def found(*paths: Path | str) -> list[Given]:
    return list(given([str(path) for path in paths]))


@pytest.mark.parametrize("kind", ["folder", *ARCHIVES])
def test_images_of_folders_and_archives_by_their_paths(tmp_path, kind):
    """In the order of the names; the tars here are packed in that order."""
    path = packed(tmp_path, kind, content() | HIDDEN)
    wanted = [Given(f"{path}/{name}", data) for name, data in sorted(content().items())]
    assert found(path) == wanted


def test_paths_are_taken_in_their_order_and_as_often_as_they_are_named(tmp_path):
    files = in_folder(tmp_path / "a", {"1.png": solid((1, 1, 1)), "2.png": solid((2, 2, 2))})
    names = [files / "2.png", files, files / "2.png"]
    assert [Path(each.path).name for each in found(*names)] == [
        *("2.png", "1.png", "2.png", "2.png")
    ]


def test_an_image_whose_name_says_nothing_is_one_by_its_first_bytes(tmp_path):
    path = in_folder(tmp_path / "set", {"image": solid()}) / "image"
    assert found(path) == [Given(str(path), solid())]


def test_a_file_that_cannot_be_read_is_given_with_why(tmp_path, monkeypatch):
    """As one that was removed, or whose permissions changed, since the folder was listed."""
    folder = in_folder(tmp_path / "set", {"1.png": solid(), "2.png": solid()})
    images = given([str(folder)])
    os.remove(folder / "1.png")
    first, second = images
    assert first.problem.startswith("cannot be read (No such file")
    assert second == Given(f"{folder}/2.png", solid())


def test_what_is_no_image_is_refused_before_any_image_is_given(tmp_path):
    good = in_folder(tmp_path / "set", {"a/1.png": solid(), "b/notes.txt": b"x", "b/x.npz": b"PK"})
    with refused("absent", "no such image"):
        found(good / "a", tmp_path / "absent")
    with refused("notes.txt", "no image"):
        found(good / "a", good / "b/notes.txt")
    with refused("b: holds no images"):
        found(good / "b")


def test_a_damaged_image_in_an_archive_is_given_with_why_and_the_others_as_they_are(tmp_path):
    images = {f"{i}.png": solid((i, i, i)) for i in range(6)}
    path = in_zip(tmp_path / "set.zip", images)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        for i in (1, 2, 5):
            member = archive.getinfo(f"{i}.png")
            data[member.header_offset + 30 + len(member.filename) + member.compress_size - 1] ^= (
                255
            )
    path.write_bytes(data)
    every = found(path)
    assert [each.path for each in every] == [f"{path}/{name}" for name in images]
    for i, (each, image) in enumerate(zip(every, images.values(), strict=True)):
        damaged = i in (1, 2, 5)
        assert each.image == (b"" if damaged else image)
        assert (f"{i}.png" in each.problem and "damaged zip" in each.problem) == damaged


def test_an_archive_that_leads_out_of_itself_is_refused(tmp_path):
    with refused("climbs out"):
        found(in_zip(tmp_path / "set.zip", {"../1.png": solid()}))


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    with refused("unpacks to more than 100 times"):
        found(in_zip(tmp_path / "set.zip", {"1.png": bytes(2**27)}))
