"""Data by name: the table says all that is needed, and files are found before any are fetched."""

import gzip
import hashlib
import re
import socket
from pathlib import Path

import pytest
from support.mistakes import refused

from pipeline.sources import idx, known, registry

NAMES = list(known.table())
PACKED = {f"{n}.gz": gzip.compress(n.encode(), mtime=0) for n in ("a", "b")}


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Makes `x` a known set of two files, and writes the given ones to a folder."""
    monkeypatch.chdir(tmp_path)
    files = tuple(
        known.File(f"http://127.0.0.1:9/{name}", sha256(data)) for name, data in PACKED.items()
    )
    installed = tmp_path / "system", {name: sha256(b"other" + d) for name, d in PACKED.items()}
    entry = known.table()["mnist"]._replace(folder="x", files=files, installed=installed)
    monkeypatch.setattr(known, "table", lambda: {"x": entry})

    def write(folder, contents):
        (tmp_path / folder).mkdir(parents=True)
        for name, data in contents.items():
            (tmp_path / folder / name).write_bytes(data)

    return write


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_all_that_is_needed(name):
    entry = known.table()[name]
    assert f"pipeline.sources.{entry.form}" in registry.modules()
    assert entry.title
    assert entry.licence
    assert re.search(r", \d{4}$", entry.citation)
    for file in entry.files:
        assert re.fullmatch(r"https?://[^ ]+/[\w.-]+", file.url)
        assert re.fullmatch("md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}", file.checksum)
    if entry.names:
        assert len(entry.names) == entry.classes
    if entry.installed:
        assert set(entry.installed[1]) == {file.name for file in entry.files}
    assert entry.images.keys() == {"train", "test"}


def test_no_two_sets_put_other_files_at_the_same_place():
    places = {}
    for entry in known.table().values():
        for file in entry.files:
            assert places.setdefault((entry.folder, file.name), file) == file


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_known_to_its_module_and_never_changes(name):
    module = registry.find(name)
    assert module.__name__ == f"pipeline.sources.{known.table()[name].form}"
    assert name in module.NAMES
    assert registry.fingerprint(name) == ""
    assert registry.options(name) == ()


def test_a_name_wins_over_a_path_for_every_module(tmp_path, monkeypatch):
    """A folder that is called mnist and holds CIFAR's files is not taken for it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist/data_batch_1.bin").write_bytes(bytes(3073))
    assert registry.find("mnist") is idx
    assert registry.find("./mnist") is not idx


def test_files_in_data_are_used(put, tmp_path):
    put("data/x", PACKED)
    put("system", {name: b"other" + data for name, data in PACKED.items()})
    assert [str(file) for file in known.locate("x")] == ["data/x/a.gz", "data/x/b.gz"]


def test_installed_files_are_used_where_there_are_none_in_data(put, tmp_path):
    put("system", {name: b"other" + data for name, data in PACKED.items()})
    assert known.locate("x") == [tmp_path / "system/a.gz", tmp_path / "system/b.gz"]


def test_installed_files_that_are_others_or_too_few_are_not_used(put, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, place: asked.append(place))
    for contents in (PACKED, {"a.gz": b"other" + PACKED["a.gz"]}):
        put("system", contents)
        with refused("data x: ", "the download stopped", "put it at data/x/a.gz"):
            known.locate("x")
        for file in (tmp_path / "system").iterdir():
            file.unlink()
        (tmp_path / "system").rmdir()
    assert asked


def test_a_wrong_file_in_data_is_told(put):
    put("data/x", PACKED | {"b.gz": b"half"})
    with refused("data x: data/x/b.gz", "SHA-256 checksum", "delete it"):
        known.locate("x")


@pytest.mark.parametrize("name", NAMES)
def test_the_manual_says_what_the_table_says(name):
    manual = (Path(__file__).parents[3] / "docs/data.md").read_text(encoding="utf-8")
    (row,) = (line for line in manual.splitlines() if line.startswith(f"| `{name}` |"))
    entry = known.table()[name]
    images, classes, licence = [cell.strip() for cell in row.strip("|").split("|")][2:]
    assert images == f"{entry.images['train']:,} + {entry.images['test']:,}"
    assert int(classes) == entry.classes
    assert entry.licence.startswith(licence)
