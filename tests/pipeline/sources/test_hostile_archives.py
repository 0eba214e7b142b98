"""Archives and folders that are damaged or set traps: one line, and nothing left behind."""

import gzip
import os
import struct
import tarfile
import warnings
import zipfile

import pytest
from support.image_sets import (
    ARCHIVES,
    KINDS,
    content,
    fails,
    in_folder,
    in_tar,
    in_zip,
    packed,
    solid,
)

from pipeline.sources import container, directory
from pipeline.sources.fingerprint import digest

OUTSIDE = ["../evil.png", "cat/../../evil.png", "/tmp/evil.png", "..\\evil.png", "C:\\evil.png"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("kind", ARCHIVES)
def test_a_path_that_climbs_out(tmp_path, name, kind):
    data = packed(tmp_path, kind, content() | {name: solid()})
    fails(data, tmp_path / "out", f"set.{kind}", "evil.png", "climbs out")


@pytest.mark.parametrize("kind", [tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_hard_links_to_nothing_and_devices_in_a_tar(tmp_path, kind):
    data = in_tar(tmp_path / "set.tar", content())
    with tarfile.open(data, "a") as archive:
        member = tarfile.TarInfo("cat/odd.png")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    fails(data, tmp_path / "out", "set.tar", "cat/odd.png")


def test_a_link_to_nothing_in_a_zip(tmp_path):
    data = in_zip(tmp_path / "set.zip", content())
    with zipfile.ZipFile(data, "a") as archive:
        info = zipfile.ZipInfo("cat/odd.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "gone.png")
    fails(data, tmp_path / "out", "set.zip", "cat/odd.png", "link")


@pytest.mark.parametrize("target", ["outside.png", "outside", "set/dog"])
def test_links_in_a_folder(tmp_path, target):
    folder = in_folder(tmp_path / "set", content())
    in_folder(tmp_path / "outside", {"0.png": solid()})
    (tmp_path / "outside.png").write_bytes(solid())
    (folder / "cat" / "odd.png").symlink_to(tmp_path / target)
    fails(folder, tmp_path / "out", "cat/odd.png", "link")


def test_a_dangling_link_in_a_folder(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    (folder / "cat" / "odd.png").symlink_to("gone.png")
    fails(folder, tmp_path / "out", "cat/odd.png", "cannot be read")


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    os.mkfifo(folder / "cat" / "odd.png")
    fails(folder, tmp_path / "out", "cat/odd.png", "not an ordinary file")


# ---- bombs


def zeros(mib: int) -> bytes:
    return bytes(mib * 2**20)


def test_an_archive_that_unpacks_to_many_times_its_size(tmp_path):
    bomb = content() | {"cat/bomb.png": zeros(65)}
    fails(in_zip(tmp_path / "set.zip", bomb), tmp_path / "out", "set.zip", "times its size")
    data = in_tar(tmp_path / "set.tar.gz", bomb, "w:gz")
    fails(data, tmp_path / "out", "set.tar.gz", "times its size")


def test_a_tar_header_of_many_bytes(tmp_path):
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 2**36
    with gzip.open(tmp_path / "set.tar.gz", "wb") as archive:
        archive.write(header.tobuf(tarfile.GNU_FORMAT))
        archive.write(zeros(80))
    fails(tmp_path / "set.tar.gz", tmp_path / "out", "set.tar.gz", "1 MiB of headers")


def test_a_zip_member_longer_than_it_says(tmp_path):
    long = solid() + zeros(1)
    data = in_zip(tmp_path / "set.zip", content() | {"cat/long.png": long})
    said, lie = struct.pack("<I", len(long)), struct.pack("<I", 100)
    data.write_bytes(data.read_bytes().replace(said, lie))
    fails(data, tmp_path / "out", "set.zip", "cat/long.png", "damaged")


@pytest.mark.parametrize("kind", KINDS)
def test_members_and_files_of_absurd_size(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(container, "MAX_FILE_BYTES", 10_000)
    data = packed(tmp_path, kind, content() | {"cat/big.png": solid() + bytes(10_000)})
    fails(data, tmp_path / "out", "big.png", "larger than")


# ---- damage


def test_an_encrypted_zip(tmp_path):
    data = in_zip(tmp_path / "set.zip", content())
    raw = bytearray(data.read_bytes())
    at = raw.find(b"PK\1\2")
    while at >= 0:
        raw[at + 8] |= 1  # "this member is encrypted"
        at = raw.find(b"PK\1\2", at + 1)
    data.write_bytes(raw)
    fails(data, tmp_path / "out", "set.zip", "encrypted", "without a password")


def test_an_unusual_compression(tmp_path):
    data = in_zip(tmp_path / "set.zip", content(), zipfile.ZIP_LZMA)
    fails(data, tmp_path / "out", "set.zip", "cat/0.png", "deflate")


@pytest.mark.parametrize("threads", [1, 2])
def test_a_flipped_byte_in_a_zip(tmp_path, threads):
    data = in_zip(tmp_path / "set.zip", content(), zipfile.ZIP_STORED)
    raw = bytearray(data.read_bytes())
    raw[raw.find(b"IDAT") + 6] ^= 1
    data.write_bytes(raw)
    fails(data, tmp_path / "out", "set.zip", "cat/0.png", "damaged", threads=threads)


@pytest.mark.parametrize("kind", ARCHIVES)
def test_a_truncated_archive(tmp_path, kind):
    files = content() | {f"cat/{i}.png": solid((i, i, i)) + bytes(700) for i in range(40)}
    data = packed(tmp_path, kind, files)
    raw = data.read_bytes()
    for keep in (0.8, 0.5, 0.1, 0):  # of the .tar, half ends just between two members
        data.write_bytes(raw[: int(keep * len(raw))])
        fails(data, tmp_path / "out", f"set.{kind}", "damaged")


@pytest.mark.parametrize("kind", ARCHIVES)
def test_a_file_that_is_no_archive_at_all(tmp_path, kind):
    data = tmp_path / f"set.{kind}"
    data.write_bytes(b"<html>404 Not Found</html>" * 100)
    fails(data, tmp_path / "out", f"set.{kind}", "damaged")


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.parametrize("again", ["./cat/0.png", "./cat//0.png", "cat\\0.png"])
def test_a_path_that_comes_twice(tmp_path, kind, again):
    data = packed(tmp_path, kind, content() | {again: solid()})
    fails(data, tmp_path / "out", f"set.{kind}", "holds cat/0.png twice")


def test_a_name_that_comes_twice(tmp_path):
    zipped = in_zip(tmp_path / "set.zip", content())
    with zipfile.ZipFile(zipped, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("cat/0.png", solid())
    tarred = in_tar(tmp_path / "set.tar", content())
    with tarfile.open(tarred, "a") as archive:
        archive.add(in_folder(tmp_path, {"0.png": solid()}) / "0.png", "cat/0.png")
    for data in (zipped, tarred):
        fails(data, tmp_path / "out", data.name, "holds cat/0.png twice")


def test_a_file_that_vanishes_while_loading(tmp_path, monkeypatch):
    folder = in_folder(tmp_path / "set", content())
    read = directory.read

    def unlink_and_read(file):
        (folder / "dog" / "1.png").unlink(missing_ok=True)
        return read(file)

    monkeypatch.setattr(directory, "read", unlink_and_read)
    fails(folder, tmp_path / "out", "dog/1.png", "cannot be read")


@pytest.mark.parametrize(
    "headers", [{"GNU.sparse.map": "abc"}, {"GNU.sparse.size": "xyz"}, {"size": "many"}], ids=str
)
def test_a_tar_whose_headers_are_no_numbers(tmp_path, headers):
    data = in_tar(tmp_path / "set.tar", content())
    with tarfile.open(data, "a", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("cat/odd.png")
        member.pax_headers = headers
        archive.addfile(member)
    fails(data, tmp_path / "out", "set.tar")


def test_a_tar_of_nothing_but_long_names(tmp_path):
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 512
    block = header.tobuf(tarfile.GNU_FORMAT) + b"a" * 512
    data = tmp_path / "set.tar"
    data.write_bytes(block * 3000)
    fails(data, tmp_path / "out", "set.tar", "damaged")


def test_a_link_to_itself_in_a_folder(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    (folder / "cat" / "odd.png").symlink_to("odd.png")
    fails(folder, tmp_path / "out", "cat/odd.png", "cannot be read")
    assert digest(folder) != ""
