"""Whether the user's data changed, without reading it."""

import os

import pytest
from support.image_sets import content, in_folder, in_zip, solid

from features.errors import BadInput
from pipeline.sources.image_folder import fingerprint


def test_a_folder_changes_with_its_images_and_class_folders_only(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = fingerprint(folder)
    for path in (folder, folder / "cat"):
        os.utime(path, (1, 1))
    (folder / "cat" / "notes.txt").write_text("x")
    (folder / ".cache").mkdir()
    assert fingerprint(folder) == before
    (folder / "bird").mkdir()
    seen = [before, fingerprint(folder)]
    in_folder(folder, {"bird/0.png": solid()})
    seen.append(fingerprint(folder))
    os.utime(folder / "bird/0.png", (1, 1))
    seen.append(fingerprint(folder))
    (folder / "bird/0.png").rename(folder / "bird/1.png")
    seen.append(fingerprint(folder))
    assert len(set(seen)) == len(seen)


def test_the_size_counts_also_at_the_same_time(tmp_path):
    archive = in_zip(tmp_path / "set.zip", content())
    os.utime(archive, (1, 1))
    before = fingerprint(archive)
    assert fingerprint(archive) == before
    archive.write_bytes(archive.read_bytes() + b"x")
    os.utime(archive, (1, 1))
    assert fingerprint(archive) != before


@pytest.mark.parametrize("name", ["absent", "n" * 300])
def test_what_is_not_there_is_left_to_the_stage_that_loads(tmp_path, name):
    assert fingerprint(tmp_path / name) == ""


def test_dangling_links_too(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = fingerprint(folder)
    (folder / "cat" / "odd.png").symlink_to("gone.png")
    assert fingerprint(folder) == fingerprint(folder)
    (folder / "cat" / "odd.png").unlink()
    assert fingerprint(folder) == before


def test_names_need_not_be_unicode(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = fingerprint(folder)
    (folder / "cat" / os.fsdecode(b"\xff.png")).write_bytes(solid())
    assert fingerprint(folder) != before


def test_links_out_of_the_folder_are_refused_at_once(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    (folder / "cat" / "odd.png").symlink_to(tmp_path)
    with pytest.raises(BadInput, match="link"):
        fingerprint(folder)
