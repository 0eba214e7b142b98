"""Whether the user's data changed, without reading it."""

import os
import shutil
from pathlib import Path

import pytest
from support.image_sets import content, in_folder, in_zip, solid
from support.mistakes import refused

from pipeline.sources import registry
from pipeline.sources.fingerprint import digest, of_table, stamp


def test_a_folder_changes_with_its_images_and_class_folders_only(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder)
    for path in (folder, folder / "cat"):
        os.utime(path, (1, 1))
    (folder / "cat" / "notes.txt").write_text("x")
    (folder / ".cache").mkdir()
    assert digest(folder) == before
    (folder / "bird").mkdir()
    seen = [before, digest(folder)]
    in_folder(folder, {"bird/0.png": solid()})
    seen.append(digest(folder))
    os.utime(folder / "bird/0.png", (1, 1))
    seen.append(digest(folder))
    (folder / "bird/0.png").rename(folder / "bird/1.png")
    seen.append(digest(folder))
    assert len(set(seen)) == len(seen)


def test_the_size_counts_also_at_the_same_time(tmp_path):
    archive = in_zip(tmp_path / "set.zip", content())
    os.utime(archive, (1, 1))
    before = digest(archive)
    assert digest(archive) == before
    archive.write_bytes(archive.read_bytes() + b"x")
    os.utime(archive, (1, 1))
    assert digest(archive) != before


def test_dangling_links_too(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder)
    (folder / "cat" / "odd.png").symlink_to("gone.png")
    assert digest(folder) == digest(folder)
    (folder / "cat" / "odd.png").unlink()
    assert digest(folder) == before


def test_names_need_not_be_unicode(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder)
    (folder / "cat" / os.fsdecode(b"\xff.png")).write_bytes(solid())
    assert digest(folder) != before


def test_links_out_of_the_folder_are_left_to_the_stage_that_loads(tmp_path):
    """It knows what the config ignores."""
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder)
    (folder / "cat" / "odd").symlink_to(tmp_path)
    assert digest(folder) != before


@pytest.mark.parametrize("name", ["labels.csv", "cat/breeds.tsv", "meta/labels.parquet"])
def test_tables_that_may_hold_labels_count_too(tmp_path, name):
    folder = in_folder(tmp_path / "set", content() | {name: b"path,class"})
    before = digest(folder)
    (folder / name).write_bytes(b"path,class\n")
    assert digest(folder) != before


def test_images_without_an_ending_count_too(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder)
    in_folder(folder, {"cat/0": solid()})
    assert digest(folder) != before


def test_line_breaks_in_names_hide_nothing(tmp_path):
    one = in_folder(tmp_path / "one", content())
    other = in_folder(tmp_path / "other", content())
    for folder, names in ((one, ("a", "b")), (other, ("a\nb",))):
        for name in names:
            (folder / name).mkdir()
    assert len({digest(one), digest(other)}) == 2


def test_what_cannot_be_listed_is_refused(tmp_path, monkeypatch):
    def denied(_):
        raise PermissionError(13, "Permission denied")

    folder = in_folder(tmp_path / "set", content())
    monkeypatch.setattr("pipeline.sources.directory.os.scandir", denied)
    with refused(str(folder), "Permission denied"):
        digest(folder)


@pytest.mark.parametrize("name", ["cat/notes.txt", "cat/.0.png", "notes", "@eaDir"])
def test_what_is_no_image_is_not_looked_at(tmp_path, name):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder)
    (folder / name).symlink_to("/etc/passwd")
    assert digest(folder) == before
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert digest(folder) == before


@pytest.mark.parametrize("how", ["by a name beside the data", "by a path", "by a key"])
def test_a_table_outside_the_data_counts_too(tmp_path, how):
    data, table = str(in_folder(tmp_path / "set", content())), tmp_path / "breeds.txt"
    path = str(table)
    labels = {"by a name beside the data": "breeds.txt", "by a key": {"table": path}}.get(
        how, path
    )
    assert of_table(data, {"labels": labels}) == ""
    table.write_text("path,class")
    before = of_table(data, {"labels": labels})
    table.write_text("path,class\n")
    assert len({before, of_table(data, {"labels": labels}), ""}) == 3


@pytest.mark.parametrize("labels", [None, {"class": "dx"}, "absent.csv"])
def test_without_such_a_table_there_is_nothing_to_say(tmp_path, labels):
    assert of_table(str(tmp_path / "set"), {"labels": labels}) == ""


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


def swap_bytes(path: Path) -> None:
    """Other content of the same size, at the same time."""
    before, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("kind", ["folder", "archive", "table in a folder", "arrays"])
def test_contents_tell_where_they_are_verified_and_times_where_not(tmp_path, kind):
    """What sizes and times say, contents do not, and the other way round."""
    if kind == "archive":
        data = changed = in_zip(tmp_path / "set.zip", content())
    elif kind == "arrays":
        data = changed = tmp_path / "set.npz"
        data.write_bytes(b"not read")
    else:
        files = {**content(), "labels.csv": b"path,class\n"}
        data = in_folder(tmp_path / "set", files)
        changed = data / ("labels.csv" if kind == "table in a folder" else "cat/0.png")
    asked = {verify: registry.fingerprint(str(data), verify) for verify in (False, True)}
    touch(changed)
    touched = {verify: registry.fingerprint(str(data), verify) for verify in (False, True)}
    assert touched[False] != asked[False]
    assert touched[True] == asked[True]
    swap_bytes(changed)
    swapped = {verify: registry.fingerprint(str(data), verify) for verify in (False, True)}
    assert swapped[False] == touched[False]
    assert swapped[True] != touched[True]


def test_contents_are_those_of_sha256sum(tmp_path):
    file = tmp_path / "abc"
    file.write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert stamp(str(file), verify=True).split("\t") == [str(file), "sha256", sha256]


def test_names_count_beside_contents(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder, True)
    shutil.copy(folder / "cat/0.png", folder / "cat/copy.png")
    copied = digest(folder, True)
    (folder / "cat/copy.png").rename(folder / "cat/other.png")
    assert len({before, copied, digest(folder, True)}) == 3


def test_what_cannot_be_read_is_left_to_the_stage_that_loads(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    before = digest(folder, True)
    (folder / "cat" / "odd.png").symlink_to("gone.png")
    os.mkfifo(folder / "cat" / "pipe.png")
    assert digest(folder, True) == digest(folder, True) != before


def test_a_table_outside_the_data_is_verified_too(tmp_path):
    data, table = str(in_folder(tmp_path / "set", content())), tmp_path / "breeds.txt"
    table.write_text("path,class")
    before = of_table(data, {"labels": str(table)}, True)
    touch(table)
    assert of_table(data, {"labels": str(table)}, True) == before
    swap_bytes(table)
    assert of_table(data, {"labels": str(table)}, True) != before
